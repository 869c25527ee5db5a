package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * One attempt by {@code ChatModel.stream}, pulled chunk by chunk. Chunks that say nothing wait for
 * the next one that does; those behind the last of these go with the completion.
 */
final class StreamedAttempt implements ProviderCall {
  /** More chunks in a row that say nothing are no answer. */
  private static final int MOST_HELD = 10_000;

  private final ChatModel model;
  private final String vendor;
  private final Failures failures;
  private final Prompt prompt;
  private final @Nullable Asked asked;
  private final WatchedHttp.@Nullable Exchange exchange;
  private final Pull<ChatResponse> pull = new Pull<>();
  private final Heard heard = new Heard();
  private final List<ChatResponse> held = new ArrayList<>();
  private final @Nullable List<ChatResponse> all; // where a whole response is wanted
  private boolean begun;
  private boolean spoken;
  private volatile boolean complete; // as whoever closes it sees

  StreamedAttempt(
      ChatModel model,
      String vendor,
      Failures failures,
      Prompt prompt,
      @Nullable Asked asked,
      WatchedHttp.@Nullable Exchange exchange) {
    this.model = model;
    this.vendor = vendor;
    this.failures = failures;
    this.prompt = prompt;
    this.asked = asked;
    this.exchange = exchange;
    this.all = asked != null && asked.whole() ? new ArrayList<>() : null;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (complete) {
      return null;
    }
    try {
      if (!begun) {
        begun = true;
        begin();
      }
      ChatResponse chunk;
      while ((chunk = pull.next()) != null) {
        ChatEvent.Delta said = said(chunk);
        if (said != null) {
          return said;
        }
      }
    } catch (ProviderException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException(ErrorKind.CANCELLED, vendor + ": interrupted");
    } catch (Throwable e) { // whatever a reactive stream ends with
      throw failures.of(e, spoken);
    }
    if (!heard.isFinished()) {
      throw new ProviderException(
          ErrorKind.STREAM_TRUNCATED, vendor + ": the stream ended without a finish reason");
    }
    complete = true;
    return null;
  }

  private void begin() {
    if (asked == null) {
      model.stream(prompt).subscribe(pull);
      return;
    }
    asked.around(() -> model.stream(prompt).contextWrite(asked.context()).subscribe(pull)).run();
  }

  private ChatEvent.@Nullable Delta said(ChatResponse chunk) throws ProviderException {
    if (all != null) {
      all.add(chunk);
    }
    held.add(chunk);
    List<ChatEvent.Delta> meaning = heard.meaning(chunk);
    if (meaning.isEmpty()) {
      if (held.size() > MOST_HELD) {
        throw new ProviderException(
            ErrorKind.MALFORMED_RESPONSE,
            vendor + ": more than " + MOST_HELD + " chunks in a row without content");
      }
      return null;
    }
    ChatEvent.Delta delta = new ChatEvent.NativeDelta(held, meaning);
    held.clear();
    spoken = true;
    return delta;
  }

  @Override
  public Completion completion() {
    if (!complete) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return heard.completion(all == null ? List.copyOf(held) : aggregated(all));
  }

  /** As Spring AI itself makes one response of chunks. Nothing waits: all of them are there. */
  private static @Nullable ChatResponse aggregated(List<ChatResponse> chunks) {
    AtomicReference<@Nullable ChatResponse> whole = new AtomicReference<>();
    new MessageAggregator().aggregate(Flux.fromIterable(chunks), whole::set).subscribe();
    return whole.get();
  }

  @Override
  public void close() {
    pull.abandon();
    if (exchange != null) {
      if (complete) {
        exchange.done();
      } else {
        exchange.close();
      }
    }
  }
}
