package io.github.resilientllm.benchmarks;

import java.nio.charset.StandardCharsets;

/** A streamed answer of 500 chunks, in the form in which OpenAI sends it today. */
final class ChunkedAnswer {
  static final int CHUNKS = 500;

  private static final String[] WORDS = {
    " the",
    " delivery",
    " takes",
    " between",
    " three",
    " and",
    " five",
    " working",
    " days",
    ",",
    " unless",
    " it",
    " is",
    " to",
    " Zürich",
    "\\n\\n",
    " \\\"express\\\"",
    ".",
    " 日本",
    " a"
  };

  private ChunkedAnswer() {}

  /** The body of the response. */
  static byte[] events() {
    StringBuilder events = new StringBuilder(CHUNKS * 320);
    chunk(
        events,
        delta("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null"),
        "null");
    for (int i = 0; i < CHUNKS - 3; i++) {
      String content = "{\"content\":\"" + WORDS[i * 7 % WORDS.length] + "\"}";
      chunk(events, delta(content, "null"), "null");
    }
    chunk(events, delta("{}", "\"stop\""), "null");
    chunk(
        events,
        "[]",
        "{\"prompt_tokens\":16,\"completion_tokens\":497,\"total_tokens\":513,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}");
    return events.append("data: [DONE]\n\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String delta(String delta, String finishReason) {
    return "[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + finishReason
        + "}]";
  }

  private static void chunk(StringBuilder events, String choices, String usage) {
    events
        .append("data: {\"id\":\"chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0\",")
        .append("\"object\":\"chat.completion.chunk\",\"created\":1770933892,")
        .append("\"model\":\"gpt-4.1-nano-2025-04-14\",\"service_tier\":\"default\",")
        .append("\"system_fingerprint\":\"fp_de604bd877\",\"choices\":")
        .append(choices)
        .append(",\"usage\":")
        .append(usage)
        .append(",\"obfuscation\":\"")
        .append("grBk2Xq9ZbV0aLw".substring(events.length() % 13))
        .append("\"}\n\n");
  }
}
