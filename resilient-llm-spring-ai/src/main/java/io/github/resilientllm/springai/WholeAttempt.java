package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.thread.AskedFrom;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * One attempt by {@code ChatModel.call}. It blocks somewhere in the vendor's SDK, where nobody can
 * close it, so it has a thread of its own: closing interrupts that and lets go of it.
 */
final class WholeAttempt implements ProviderCall {
  private final String vendor;
  private final Failures failures;
  private final FutureTask<ChatResponse> call;
  private final Runnable asking;
  private final WatchedHttp.@Nullable Exchange exchange;
  private final Heard heard = new Heard();
  private @Nullable ChatResponse response;
  private boolean said;

  WholeAttempt(
      ChatModel model,
      String vendor,
      Failures failures,
      Prompt prompt,
      @Nullable Asked asked,
      WatchedHttp.@Nullable Exchange exchange) {
    this.vendor = vendor;
    this.failures = failures;
    this.exchange = exchange;
    this.call = new FutureTask<>(() -> model.call(prompt));
    this.asking = asked == null ? AskedFrom.here().around(call) : asked.around(call);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (said) {
      return null;
    }
    ChatResponse answer = answer();
    said = true;
    response = answer;
    List<ChatEvent.Delta> meaning = heard.meaning(answer);
    if (answer.getResults().isEmpty()) {
      throw new ProviderException(
          ErrorKind.MALFORMED_RESPONSE, vendor + ": an answer without any generation");
    }
    return meaning.isEmpty() ? null : new ChatEvent.NativeDelta(List.of(answer), meaning);
  }

  private ChatResponse answer() throws ProviderException {
    try {
      AttemptThreads.run(asking);
      ChatResponse answer = call.get();
      if (answer == null) {
        throw new ProviderException(ErrorKind.MALFORMED_RESPONSE, vendor + ": no response");
      }
      return answer;
    } catch (ExecutionException e) {
      throw failures.of(Objects.requireNonNull(e.getCause()), false);
    } catch (RejectedExecutionException e) {
      throw new ProviderException(ErrorKind.LIMIT_EXCEEDED, "no thread is left for a call");
    } catch (CancellationException e) {
      throw new ProviderException(ErrorKind.CANCELLED, vendor + ": closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException(ErrorKind.CANCELLED, vendor + ": interrupted");
    }
  }

  @Override
  public Completion completion() {
    if (response == null) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return heard.completion(response);
  }

  @Override
  public void close() {
    boolean running = call.cancel(true);
    if (exchange != null) {
      if (running) {
        exchange.close();
      } else {
        exchange.done();
      }
    }
  }
}
