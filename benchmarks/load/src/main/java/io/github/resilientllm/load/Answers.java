package io.github.resilientllm.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The bytes of answers in OpenAI's format, made before they are needed. */
final class Answers {
  /** What each chunk says; an answer is complete if it has it as often as there are chunks. */
  static final String WORD = "word ";

  private static final String AROUND =
      "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
          + "\"model\":\"gpt-4.1-nano-2025-04-14\",\"service_tier\":\"default\","
          + "\"system_fingerprint\":\"fp_1\",\"choices\":[{\"index\":0,\"delta\":%s,"
          + "\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}";
  private static final String USAGE =
      "{\"prompt_tokens\":15,\"completion_tokens\":20,\"total_tokens\":35,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
          + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}}";

  static final byte[] CHUNK = event(AROUND.formatted("{\"content\":\"" + WORD + "\"}", "null"));
  static final byte[] FINISH =
      join(
          event(AROUND.formatted("{}", "\"stop\"")),
          event(
              "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
                  + "\"model\":\"gpt-4.1-nano-2025-04-14\",\"choices\":[],\"usage\":"
                  + USAGE
                  + "}"),
          event("[DONE]"));
  static final byte[] ERROR_EVENT =
      event("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}");
  static final byte[] END_OF_BODY = ascii("0\r\n\r\n");
  static final byte[] STREAM_HEAD =
      ascii(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  static final byte[] SERVER_ERROR =
      response(
          "500 Internal Server Error",
          "",
          "{\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}");
  static final byte[] RATE_LIMIT =
      response(
          "429 Too Many Requests",
          "Retry-After: 1\r\n",
          "{\"error\":{\"message\":\"x\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}");

  private Answers() {}

  /** A whole answer. */
  static byte[] whole(int words) {
    return response(
        "200 OK",
        "",
        "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1760000000,"
            + "\"model\":\"gpt-4.1-nano-2025-04-14\",\"choices\":[{\"index\":0,\"message\":{"
            + "\"role\":\"assistant\",\"content\":\""
            + WORD.repeat(words)
            + "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,"
            + "\"finish_reason\":\"stop\"}],\"usage\":"
            + USAGE
            + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\"}");
  }

  private static byte[] response(String status, String headers, String body) {
    return ascii(
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/json\r\n"
            + headers
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** A server-sent event as one chunk of HTTP. */
  private static byte[] event(String data) {
    String event = "data: " + data + "\n\n";
    return ascii(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
