package io.github.resilientllm.examples.vendor;

import com.github.tomakehurst.wiremock.common.Json;
import java.util.List;

/** OpenAI's wire format: a whole answer, a stream of server-sent events, and an error. */
final class Wire {
  private static final String ANSWER =
      """
      {"id":"chatcmpl-local","object":"chat.completion","created":0,"model":%s,
       "choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],
       "usage":%s}
      """;
  private static final String WORD =
      "data: {\"id\":\"chatcmpl-local\",\"object\":\"chat.completion.chunk\",\"created\":0,"
          + "\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},"
          + "\"finish_reason\":null}]}\n\n";
  private static final String END =
      "data: {\"id\":\"chatcmpl-local\",\"object\":\"chat.completion.chunk\",\"created\":0,"
          + "\"model\":%s,\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
          + "\"usage\":%s}\n\ndata: [DONE]\n\n";
  private static final String USAGE =
      "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}";
  private static final String ERROR = "{\"error\":{\"message\":%s,\"type\":%s,\"code\":%s}}\n";

  private Wire() {}

  static String answer(Question question, String text) {
    int words = Prose.words(text).size();
    return ANSWER.formatted(quote(question.model()), quote(text), usage(question, words));
  }

  /** The events of a stream; without its end if fewer words are sent than there are. */
  static String events(Question question, List<String> words, int sent) {
    String model = quote(question.model());
    StringBuilder body = new StringBuilder(words.size() * 180 + 256);
    for (String word : words.subList(0, Math.min(sent, words.size()))) {
      body.append(WORD.formatted(model, quote(word)));
    }
    if (sent >= words.size()) {
      body.append(END.formatted(model, usage(question, words.size())));
    }
    return body.toString();
  }

  static String error(Reply.Refusal refusal) {
    String type = quote(refusal.type());
    return ERROR.formatted(quote(refusal.message()), type, type);
  }

  /** One word is counted as one token, which is near enough for a vendor that bills nobody. */
  private static String usage(Question question, int words) {
    int asked = Prose.words(question.text()).size();
    return USAGE.formatted(asked, words, asked + words);
  }

  private static String quote(String text) {
    return Json.write(text);
  }
}
