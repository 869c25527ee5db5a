package io.github.resilientllm.chat;

import java.util.HashSet;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** What a request must not be: empty, out of range, or contradictory. */
final class RequestCheck {
  /** More would be a log of their own: they are kept with each event. */
  private static final int MOST_TAGS = 16;

  private static final int LONGEST_TAG = 256;
  private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final int MOST_ALTERNATIVES = 20; // of those who tell any

  private RequestCheck() {}

  /** The request, if it is none of it. */
  static ChatRequest checked(ChatRequest request) {
    if (request.messages().isEmpty()) {
      throw new IllegalArgumentException("A request needs at least one message; add user(\"...\")");
    }
    checkRange("temperature", request.temperature(), 2);
    checkRange("topP", request.topP(), 1);
    if (request.maxOutputTokens().orElse(1) < 1) {
      throw new IllegalArgumentException(
          "maxOutputTokens is 1 or more, not " + request.maxOutputTokens().getAsInt());
    }
    int alternatives = request.logprobs().orElse(0);
    if (alternatives < 0 || alternatives > MOST_ALTERNATIVES) {
      throw new IllegalArgumentException(
          "logprobs are told with 0 to "
              + MOST_ALTERNATIVES
              + " alternatives, not "
              + alternatives);
    }
    if (request.stop().contains("")) {
      throw new IllegalArgumentException("A stop text cannot be empty");
    }
    request.tags().forEach(RequestCheck::checkTag);
    if (request.tags().size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "A request has at most " + MOST_TAGS + " tags, not " + request.tags().size());
    }
    Set<String> names = new HashSet<>();
    for (Tool tool : request.tools()) {
      if (!names.add(tool.name())) {
        throw new IllegalArgumentException("Two tools are named \"" + tool.name() + "\"");
      }
    }
    request.toolChoice().ifPresent(choice -> check(choice, names));
    return request;
  }

  private static void check(ToolChoice choice, Set<String> tools) {
    if (tools.isEmpty()) {
      throw new IllegalArgumentException(
          "toolChoice " + choice + " needs tools; add tool(...) or leave it out");
    }
    if (choice.toolName().filter(name -> !tools.contains(name)).isPresent()) {
      throw new IllegalArgumentException(
          "toolChoice names a tool that is not in the request: " + choice + ", tools " + tools);
    }
  }

  /** A value may be a secret by mistake, so that no message shows it. */
  private static void checkTag(String name, String value) {
    if (!TAG_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A tag's name is 1 to 64 letters, digits, dots, hyphens and underscores, not \""
              + name.substring(0, Math.min(name.length(), 64))
              + "\"");
    }
    if (value.length() > LONGEST_TAG) {
      throw new IllegalArgumentException(
          "The value of the tag \""
              + name
              + "\" has at most "
              + LONGEST_TAG
              + " characters, not "
              + value.length());
    }
  }

  private static void checkRange(String name, OptionalDouble value, double max) {
    double it = value.orElse(0);
    if (!(it >= 0 && it <= max)) { // also catches NaN
      throw new IllegalArgumentException(name + " is 0 to " + (int) max + ", not " + it);
    }
  }
}
