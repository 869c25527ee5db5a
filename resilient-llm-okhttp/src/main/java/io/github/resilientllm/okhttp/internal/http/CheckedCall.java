package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.okhttp.internal.json.JsonTree;
import io.github.resilientllm.okhttp.internal.json.SchemaCheck;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An attempt whose answer must be the JSON that was asked for. One that is finished and is not
 * fails as malformed, so that another sample is taken.
 *
 * <p>The vendor may have enforced nothing, or a part of the schema; here it is the caller's own
 * schema that counts. Pieces pass through as they come: it is the end that is held to it.
 */
final class CheckedCall implements ProviderCall {
  private static final int MAX_CHARS = 8 << 20; // no model writes as much

  private final ProviderCall call;
  private final ResponseFormat format;
  private final String vendor;
  private final StringBuilder text = new StringBuilder();
  private boolean isChecked;

  private CheckedCall(ProviderCall call, ResponseFormat format, String vendor) {
    this.call = call;
    this.format = format;
    this.vendor = vendor;
  }

  /** The call itself if the answer may be anything. */
  static ProviderCall of(ProviderCall call, ChatRequest request, String vendor) {
    ResponseFormat format = request.responseFormat();
    boolean free =
        format == ResponseFormat.text()
            || (format instanceof ResponseFormat.JsonSchema schema && !schema.strict());
    return free ? call : new CheckedCall(call, format, vendor);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    ChatEvent.Delta delta = call.next();
    if (delta instanceof ChatEvent.TextDelta piece) {
      if (piece.text().length() > MAX_CHARS - text.length()) {
        throw failure("the answer is longer than " + MAX_CHARS + " characters").build();
      }
      text.append(piece.text());
    } else if (delta == null && !isChecked) {
      isChecked = true;
      check(call.completion());
    }
    return delta;
  }

  @Override
  public Completion completion() {
    return call.completion();
  }

  @Override
  public void close() {
    call.close();
  }

  /** Only a finished answer: one that was cut, refused, or calls tools says so itself. */
  private void check(Completion completion) throws ProviderException {
    if (completion.finishReason() != FinishReason.STOP || completion.refusal().isPresent()) {
      return;
    }
    Optional<String> fault = fault();
    text.setLength(0);
    if (fault.isPresent()) {
      throw failure(fault.get())
          .answered(completion.httpStatus(), completion.requestId().orElse(null))
          .build();
    }
  }

  private Optional<String> fault() {
    Object value;
    try {
      value = JsonTree.parse(text.toString());
    } catch (IOException e) {
      return Optional.of("the answer is not the JSON that was asked for");
    }
    if (format instanceof ResponseFormat.JsonSchema schema) {
      return SchemaCheck.broken(schema.schema(), value)
          .map(keyword -> "the answer breaks \"" + keyword + "\" of its schema");
    }
    return value instanceof Map
        ? Optional.empty()
        : Optional.of("the answer is not the JSON object that was asked for");
  }

  private ProviderException.Builder failure(String message) {
    return ProviderException.builder(ErrorKind.MALFORMED_RESPONSE, vendor + ": " + message);
  }
}
