package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** Bodies of requests, as tests look at them. */
public final class Bodies {
  private Bodies() {}

  public static ChatRequest.Builder hi() {
    return ChatRequest.builder().user("Hi");
  }

  /** The body of a request that can be written. */
  public static JsonNode write(Protocol protocol, ChatRequest request, boolean streaming)
      throws IOException {
    try {
      return Fixtures.JSON.readTree(protocol.write(request, streaming).toByteArray());
    } catch (ProviderException e) {
      throw new AssertionError(e);
    }
  }

  /** The expected JSON may have single quotes for double ones. */
  public static void assertJson(JsonNode actual, String expected) throws IOException {
    assertThat(actual).isEqualTo(Fixtures.JSON.readTree(expected.replace('\'', '"')));
  }
}
