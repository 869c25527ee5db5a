package io.github.resilientllm.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A vendor that knows the answers to what LangChain4j's own tests ask, as far as the request says
 * what they are about to check: it reads tools, formats, images, bounds and stop texts from the
 * wire and answers by them. What did not arrive there it does not know.
 */
final class WellReadVendor {
  private WellReadVendor() {}

  static LocalVendor start() {
    return LocalVendor.answering(WellReadVendor::answer);
  }

  private static void answer(LocalVendor.Wire wire) throws IOException {
    JsonNode request = Wires.JSON.readTree(wire.body());
    String model = request.path("model").asText();
    List<String> calls = calls(request);
    if (!calls.isEmpty()) {
      tools(wire, model, calls);
      return;
    }
    List<String> words = words(said(request), request);
    int most = request.path("max_completion_tokens").asInt(request.path("max_tokens").asInt(1000));
    boolean cut = words.size() > most;
    List<String> pieces = cut ? words.subList(0, most) : words;
    text(wire, model, pieces, cut ? "length" : "stop");
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
        + Wires.text(arguments)
        + "}}";
  }

  private static void tools(LocalVendor.Wire wire, String model, List<String> calls)
      throws IOException {
    if (!wire.isStream()) {
      String message =
          "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
              + String.join(",", calls)
              + "]}";
      wire.json(200, by(model, Wires.whole(message, "tool_calls")));
      return;
    }
    wire.streamHead();
    for (String call : calls) {
      wire.event(by(model, Wires.chunk("{\"tool_calls\":[" + call + "]}", null)));
    }
    end(wire, model, "tool_calls");
  }

  private static void text(LocalVendor.Wire wire, String model, List<String> pieces, String reason)
      throws IOException {
    String usage =
        "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":"
            + pieces.size()
            + ",\"total_tokens\":"
            + (7 + pieces.size())
            + "}";
    if (!wire.isStream()) {
      String message =
          "{\"role\":\"assistant\",\"content\":" + Wires.text(String.join("", pieces)) + "}";
      wire.json(200, by(model, Wires.whole(message, reason)).replace(Wires.USAGE, usage));
      return;
    }
    wire.streamHead();
    for (String piece : pieces) {
      wire.event(by(model, Wires.piece(piece)));
    }
    wire.event(by(model, Wires.finish(reason)));
    wire.event(by(model, "{\"id\":\"c1\",\"model\":\"local\",\"choices\":[]," + usage + "}"));
    wire.event("[DONE]");
    wire.streamEnd();
  }

  private static void end(LocalVendor.Wire wire, String model, String reason) throws IOException {
    wire.event(by(model, Wires.finish(reason)));
    wire.event(by(model, "{\"id\":\"c1\",\"model\":\"local\",\"choices\":[]," + Wires.USAGE + "}"));
    wire.event("[DONE]");
    wire.streamEnd();
  }

  private static String by(String model, String json) {
    return json.replace("\"model\":\"local\"", "\"model\":\"" + model + "\"");
  }

  /** A token is a word, up to the first stop text. */
  private static List<String> words(String text, JsonNode request) {
    String said = text;
    for (JsonNode stop : request.path("stop")) {
      int at = said.indexOf(stop.asText());
      said = at < 0 ? said : said.substring(0, at);
    }
    List<String> words = new ArrayList<>();
    for (String word : said.split("(?= )", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
