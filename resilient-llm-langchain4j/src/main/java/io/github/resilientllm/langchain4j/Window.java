package io.github.resilientllm.langchain4j;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the known messages the memory now holds, in which order: positions from 0, as ranges.
 * {@code {"keep":"0,3-5"}} are the first, and the fourth to the sixth.
 */
final class Window {
  private static final Pattern BODY =
      Pattern.compile("\\{\"keep\":\"((?:\\d{1,9}(?:-\\d{1,9})?(?:,(?!\"))?)*)\"\\}");

  private Window() {}

  static String body(List<Integer> positions) {
    StringBuilder text = new StringBuilder("{\"keep\":\"");
    int from = 0;
    while (from < positions.size()) {
      int to = from;
      while (to + 1 < positions.size() && positions.get(to + 1) == positions.get(to) + 1) {
        to++;
      }
      text.append(from == 0 ? "" : ",").append(positions.get(from));
      if (to > from) {
        text.append('-').append(positions.get(to));
      }
      from = to + 1;
    }
    return text.append("\"}").toString();
  }

  /**
   * The messages that a window leaves.
   *
   * @throws IllegalArgumentException if it is none, or not one of these messages
   */
  static <T> List<T> apply(String body, List<T> messages) {
    Matcher match = BODY.matcher(body);
    if (!match.matches()) {
      throw new IllegalArgumentException("no window");
    }
    List<T> kept = new ArrayList<>();
    for (String range : match.group(1).isEmpty() ? new String[0] : match.group(1).split(",")) {
      String[] ends = range.split("-", -1);
      int to = Integer.parseInt(ends[ends.length - 1]);
      if (to >= messages.size()) {
        throw new IllegalArgumentException("a window of " + messages.size() + " messages");
      }
      for (int i = Integer.parseInt(ends[0]); i <= to; i++) {
        kept.add(messages.get(i));
      }
    }
    return kept;
  }
}
