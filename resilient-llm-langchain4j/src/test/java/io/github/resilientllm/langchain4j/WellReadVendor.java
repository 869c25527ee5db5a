package io.github.resilientllm.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import io.github.resilientllm.test.vendor.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A vendor that knows the answers to what LangChain4j's own tests ask, as far as the request says
 * what they are about to check: it reads tools, formats, images, bounds and stop texts from the
 * wire and answers by them. What did not arrive there it does not know.
 */
final class WellReadVendor {
  private static final String USAGE =
      "{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}";

  private WellReadVendor() {}

  static LocalVendor start() {
    return LocalVendor.start(WellReadVendor::answer);
  }

  private static Reply answer(Question question) {
    JsonNode request = Wires.read(question.body());
    List<String> calls = calls(request);
    if (!calls.isEmpty()) {
      return played("", List.of(new Step.Other(200, type(question), tools(question, calls), 0)));
    }
    String said = untilStop(said(request), request);
    int most = request.path("max_completion_tokens").asInt(request.path("max_tokens").asInt(1000));
    boolean isCut = said.split("(?= )", -1).length > most;
    Step.Finished finish = isCut ? Step.Finished.LENGTH : Step.Finished.STOP;
    return played(said, List.of(new Step.Words(most), new Step.Finish(finish, true)));
  }

  private static Reply played(String text, List<Step> steps) {
    return new Reply.Played(text, Duration.ZERO, steps);
  }

  private static String said(JsonNode request) {
    JsonNode messages = request.path("messages");
    JsonNode last = messages.get(messages.size() - 1);
    String all = messages.toString().toLowerCase(Locale.ROOT);
    String question = last.path("content").toString().toLowerCase(Locale.ROOT);
    if (last.path("role").asText().equals("tool")) {
      return toldByTools(request, all);
    }
    if (all.contains("image_url")) {
      return seen(last);
    }
    if (request.path("response_format").path("type").asText().startsWith("json")) {
      return "{\"city\": \"Berlin\"}";
    }
    if (all.contains("into german")) {
      return "Ich liebe dich";
    }
    if (question.contains("favorite color")) {
      return all.contains("green") ? "It is green" : "I do not know";
    }
    if (question.contains("hello world")) {
      return "Hello World";
    }
    if (question.contains("story")) {
      return "Once upon a time there was a fox that met a hen and they talked ".repeat(20);
    }
    return "The capital is Berlin and the sum of it is 4 as everybody knows";
  }

  private static String toldByTools(JsonNode request, String all) {
    if (request.path("response_format").path("type").asText().equals("json_schema")) {
      return "{\"weather\": \"sunny\"}";
    }
    return all.contains("10:14")
        ? "It is 10:14 now"
        : "It is sunny there in Munich, and 14:35 in the other place";
  }

  private static String seen(JsonNode last) {
    List<String> animals = new ArrayList<>();
    for (JsonNode part : last.path("content")) {
      String url = part.path("image_url").path("url").asText();
      if (url.contains("cat.jpg") || url.length() == CAT_LENGTH) {
        animals.add("cat");
      } else if (!url.isEmpty()) {
        animals.add("dice");
      }
    }
    return "I see " + String.join(" and ", animals) + " here";
  }

  /** The length of the cat as a data URL: the pictures of LangChain4j's tests are told by it. */
  private static final int CAT_LENGTH = catLength();

  private static int catLength() {
    try (var in = WellReadVendor.class.getResourceAsStream("/images/cat.jpg")) {
      int bytes = in == null ? 0 : in.readAllBytes().length;
      return "data:image/jpeg;base64,".length() + (bytes + 2) / 3 * 4;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<String> calls(JsonNode request) {
    JsonNode messages = request.path("messages");
    JsonNode last = messages.get(messages.size() - 1);
    if (!request.has("tools") || !last.path("role").asText().equals("user")) {
      return List.of();
    }
    List<String> calls = new ArrayList<>();
    String question = last.path("content").toString();
    for (JsonNode tool : request.path("tools")) {
      String name = tool.path("function").path("name").asText();
      if (name.equals("getWeather")) {
        calls.add(call(calls.size(), name, "{\"city\":\"Munich\"}"));
      } else if (name.equals("getTime") && question.contains("France")) {
        calls.add(call(calls.size(), name, "{\"country\":\"France\"}"));
      } else if (name.equals("get_current_time")) {
        calls.add(call(calls.size(), name, "{}"));
      }
    }
    return calls;
  }

  private static String call(int index, String name, String arguments) {
    return "{\"index\":"
        + index
        + ",\"id\":\"call_"
        + index
        + "\",\"type\":\"function\",\"function\":{\"name\":\""
        + name
        + "\",\"arguments\":"
        + TextNode.valueOf(arguments)
        + "}}";
  }

  private static Map<String, String> type(Question question) {
    return question.streaming() ? Map.of("Content-Type", "text/event-stream") : Map.of();
  }

  /** An answer that calls several tools, in the form that is asked for. */
  private static String tools(Question question, List<String> calls) {
    String message = "{\"content\":null,\"tool_calls\":[" + String.join(",", calls) + "]}";
    if (!question.streaming()) {
      return chunk(question, "message", message, "\"tool_calls\"", USAGE);
    }
    return "data: "
        + chunk(question, "delta", message, "null", "null")
        + "\n\ndata: "
        + chunk(question, "delta", "{}", "\"tool_calls\"", USAGE)
        + "\n\ndata: [DONE]\n\n";
  }

  private static String chunk(
      Question question, String field, String message, String reason, String usage) {
    return "{\"id\":\"c1\",\"model\":\"%s\",\"choices\":[{\"index\":0,\"%s\":%s,\"finish_reason\":%s}],\"usage\":%s}"
        .formatted(question.model(), field, message, reason, usage);
  }

  /** Up to the first stop text. */
  private static String untilStop(String text, JsonNode request) {
    String said = text;
    for (JsonNode stop : request.path("stop")) {
      int at = said.indexOf(stop.asText());
      said = at < 0 ? said : said.substring(0, at);
    }
    return said;
  }
}
