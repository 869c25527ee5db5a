package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An attempt for a whole answer. LangChain4j's model blocks its caller and has no way to be stopped
 * but the interrupt of that thread, which a vendor's SDK may ignore. So it has a thread of its own:
 * closing interrupts that and lets go of it.
 */
final class WholeCall implements ProviderCall {
  private final ChatModel model;
  private final NativeRequest asked;
  private final TheirFailure failures;
  private final Exchange exchange = new Exchange();
  private final FutureTask<ChatResponse> call = new FutureTask<>(this::answer);

  // Of the thread that reads.
  private final Queue<ChatEvent.Delta> deltas = new ArrayDeque<>();
  private @Nullable Completion completion;

  WholeCall(ChatModel model, NativeRequest asked, TheirFailure failures) {
    this.model = model;
    this.asked = asked;
    this.failures = failures;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (completion == null) {
      ChatResponse response = ask();
      if (response == null || response.aiMessage() == null) {
        throw new ProviderException(ErrorKind.MALFORMED_RESPONSE, "the model returned no answer");
      }
      deltas.addAll(TheirAnswer.deltas(response));
      completion = TheirAnswer.completion(response, List.of());
    }
    return deltas.poll();
  }

  @Override
  public Completion completion() {
    if (completion == null || !deltas.isEmpty()) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return completion;
  }

  @Override
  public void close() {
    call.cancel(true);
  }

  private ChatResponse ask() throws ProviderException {
    try {
      ModelThreads.SHARED.execute(asked.from().around(call));
      return call.get();
    } catch (ExecutionException e) {
      throw failures.of(Objects.requireNonNull(e.getCause()), exchange.headers());
    } catch (RejectedExecutionException e) {
      throw new ProviderException(ErrorKind.LIMIT_EXCEEDED, "no thread is left for a call");
    } catch (CancellationException e) {
      throw new ProviderException(ErrorKind.CANCELLED, "the attempt was closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException(ErrorKind.CANCELLED, "the caller was interrupted");
    }
  }

  private ChatResponse answer() {
    return exchange.here(() -> model.chat(asked.request(), asked.options()));
  }
}
