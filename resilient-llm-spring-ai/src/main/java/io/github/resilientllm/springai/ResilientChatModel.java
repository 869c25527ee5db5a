package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.internal.thread.AskedFrom;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** A client as a chat model. */
final class ResilientChatModel implements ChatModel {
  private static final ContextSnapshotFactory SNAPSHOTS = ContextSnapshotFactory.builder().build();

  private final LlmClient client;
  private final ChatOptions options;

  ResilientChatModel(LlmClient client, ChatOptions options) {
    this.client = client;
    this.options = options;
  }

  @Override
  public ChatOptions getOptions() {
    return options;
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    ChatRequest request =
        request(prompt, true, AskedFrom.here(), SNAPSHOTS.captureAll(), Context.empty());
    return Answers.whole(client.chat(request));
  }

  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    Thread assembledBy = Thread.currentThread();
    AskedFrom from = AskedFrom.here();
    ContextSnapshot assembled = SNAPSHOTS.captureAll();
    return Flux.deferContextual(
        context -> {
          AtomicReference<ChatStream> opened = new AtomicReference<>();
          Runnable open =
              SNAPSHOTS
                  .captureFrom(context)
                  .wrap(
                      () ->
                          opened.set(
                              client.stream(
                                  request(prompt, false, from, SNAPSHOTS.captureAll(), context))));
          // The thread that assembled it has its own already, and more of it.
          (Thread.currentThread() == assembledBy ? open : assembled.wrap(open)).run();
          ChatStream stream = Objects.requireNonNull(opened.get());
          ChunkReader reader = new ChunkReader(stream);
          return Flux.generate(reader::next)
              .doOnTerminate(stream::close)
              .subscribeOn(AttemptThreads.scheduler(from))
              .doFinally(end -> reader.close()); // what is above has been cancelled before
        });
  }

  private ChatRequest request(
      Prompt prompt, boolean whole, AskedFrom from, ContextSnapshot threads, ContextView context) {
    ChatRequest.Builder request = PromptReader.request(prompt, options);
    int messages = prompt.getInstructions().size();
    return request
        .nativeRequest(new Asked(prompt, messages, options, whole, from, threads, context))
        .build();
  }

  @Override
  public String toString() {
    return "ResilientChatModel[" + client + "]";
  }
}
