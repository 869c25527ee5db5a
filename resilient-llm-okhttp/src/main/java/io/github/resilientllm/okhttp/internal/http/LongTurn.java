package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that its vendor may pause, because tools of its own take long, to be asked for the rest
 * by being sent what there is. To whoever waits for it that is one answer of one attempt.
 */
final class LongTurn implements ProviderCall {
  private static final int MAX_PAUSES = 16; // each may cost as much as an answer

  /** How more is asked for. */
  interface Asking {
    ProviderCall of(ChatRequest request) throws ProviderException;
  }

  private final Asking asking;
  private final List<VendorData> said = new ArrayList<>();
  private ChatRequest request;
  private @Nullable Usage usage;
  private @Nullable Completion completion;
  private volatile ProviderCall call;
  private volatile boolean isClosed;

  LongTurn(ProviderCall first, ChatRequest request, Asking asking) {
    this.call = first;
    this.request = request;
    this.asking = asking;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    while (completion == null) {
      ChatEvent.Delta delta = call.next();
      if (delta != null) {
        return delta;
      }
      Completion part = call.completion();
      VendorData content = part.verbatim().orElse(null);
      if (content != null) {
        said.add(content);
      }
      usage = usage == null ? part.usage() : usage.plus(part.usage());
      boolean isPaused = part.finishReason() == FinishReason.PAUSE;
      if (isPaused && content != null && said.size() <= MAX_PAUSES) {
        goOn(content);
      } else {
        completion = part.toBuilder().usage(usage).verbatim(all()).build();
      }
    }
    return null;
  }

  @Override
  public Completion completion() {
    Completion known = completion;
    if (known == null) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return known;
  }

  @Override
  public void close() {
    isClosed = true;
    call.close();
  }

  private void goOn(VendorData content) throws ProviderException {
    request =
        request.toBuilder().message(Message.assistant(List.of(new Part.Verbatim(content)))).build();
    ProviderCall before = call;
    call = asking.of(request);
    before.close();
    if (isClosed) { // perhaps before there was anything new to close
      call.close();
      throw new ProviderException(ErrorKind.CANCELLED, "the attempt was closed in a pause");
    }
  }

  /** All parts of the answer as one. */
  private @Nullable VendorData all() {
    if (said.size() < 2) {
      return said.isEmpty() ? null : said.get(0);
    }
    List<String> elements = new ArrayList<>();
    for (VendorData content : said) {
      elements.add(Json.elements(content.data()));
    }
    return new VendorData(said.get(0).vendor(), "[" + String.join(",", elements) + "]");
  }
}
