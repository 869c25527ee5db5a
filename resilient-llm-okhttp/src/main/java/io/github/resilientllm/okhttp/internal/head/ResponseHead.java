package io.github.resilientllm.okhttp.internal.head;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What came before a response's body.
 *
 * @param words which words of the response may be shown
 */
public record ResponseHead(String vendor, int status, Headers headers, Words words) {
  private static final int MAX_ID = 128; // theirs have up to 60; a hostile header can have 256 KiB
  private static final List<String> ID_HEADERS =
      List.of(
          "x-request-id", "apim-request-id", "request-id", "x-generation-id", "x-amzn-requestid");

  /** The vendor's id of the request; null if it sent none that looks like one and may be shown. */
  public @Nullable String requestId() {
    for (String name : ID_HEADERS) {
      String id = headers.get(name);
      if (words.mayShow(id, MAX_ID)) {
        return id;
      }
    }
    return null;
  }

  /** Starts a failure that happened after this head. */
  public ProviderException.Builder failure(ErrorKind kind, String message) {
    return ProviderException.builder(kind, vendor + ": " + message)
        .answered(status, requestId())
        .pacing(PacingHeaders.in(headers));
  }
}
