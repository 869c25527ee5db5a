package io.github.resilientllm.langchain4j;

import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.TokenStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An application's AI service, as its users write one. */
interface Assistant {
  String ask(String question);

  TokenStream stream(String question);

  static Assistant with(ChatModel model, StreamingChatModel streaming) {
    return AiServices.builder(Assistant.class)
        .chatModel(model)
        .streamingChatModel(streaming)
        .build();
  }

  static Assistant with(
      ChatModel model, StreamingChatModel streaming, ChatMemory memory, Object... tools) {
    return AiServices.builder(Assistant.class)
        .chatModel(model)
        .streamingChatModel(streaming)
        .chatMemory(memory)
        .tools(tools)
        .build();
  }

  /** How a streamed question ended. */
  final class Streamed {
    @SuppressWarnings("JdkObsolete") // another thread writes it
    final StringBuffer shown = new StringBuffer();

    final List<String> ends = new CopyOnWriteArrayList<>();
    final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    /** Asks and waits for the first end. */
    static Streamed of(Assistant assistant, String question) throws InterruptedException {
      return of(assistant, question, () -> {});
    }

    /** The same doing something after each piece, of a text or of a tool call. */
    static Streamed of(Assistant assistant, String question, Runnable each)
        throws InterruptedException {
      Streamed streamed = begin(assistant, question, piece -> each.run());
      streamed.await(20_000);
      return streamed;
    }

    static Streamed begin(Assistant assistant, String question, Consumer<String> each) {
      Streamed streamed = new Streamed();
      assistant.stream(question)
          .onPartialResponse(
              piece -> {
                streamed.shown.append(piece);
                each.accept(piece);
              })
          .onPartialToolCall(call -> each.accept(call.partialArguments()))
          .onCompleteResponse(
              response -> {
                streamed.ends.add("COMPLETE " + response.aiMessage().text());
                streamed.end.countDown();
              })
          .onError(
              error -> {
                streamed.errors.add(error);
                streamed.ends.add("ERROR");
                streamed.end.countDown();
              })
          .start();
      return streamed;
    }

    boolean await(long millis) throws InterruptedException {
      return end.await(millis, TimeUnit.MILLISECONDS);
    }
  }
}
