package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.policy.Fallback;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A client as LangChain4j's {@link ChatModel} and {@link StreamingChatModel}, for {@code
 * AiServices} and whatever else takes one of them.
 *
 * <pre>{@code
 * ResilientLlm llm = ResilientLlm.with(LangChain4jProvider.of(openAi, openAiStreaming))
 *     .fallback(LangChain4jProvider.of(claude, claudeStreaming))
 *     .build();
 * Assistant assistant = AiServices.builder(Assistant.class)
 *     .chatModel(LangChain4jModels.over(llm).chatModel())
 *     .streamingChatModel(LangChain4jModels.over(llm).streamingChatModel())
 *     .build();
 * }</pre>
 *
 * <p>The targets are LangChain4j's own models, this library's vendors, or both. One of
 * LangChain4j's is asked with the very request that was made, and what it answers comes out
 * unchanged. For the others requests and answers are translated; what has no translation ({@code
 * topK}, penalties, a model's name, audio, video, PDF) is refused with an {@link
 * dev.langchain4j.exception.UnsupportedFeatureException} rather than left out, and the {@code name}
 * of a user's message is left out.
 *
 * <p>A call that fails throws LangChain4j's exception for it, whose cause is the {@link
 * io.github.resilientllm.chat.LlmException} with every attempt. Immutable, and safe for use by
 * several threads, as its models are.
 */
public final class LangChain4jModels {
  private final Settings settings;

  private LangChain4jModels(Settings settings) {
    this.settings = settings;
  }

  /**
   * A model of LangChain4j's with others that answer when it does not, by the defaults of {@link
   * ResilientLlm}; each fallback keeps to its own model where it tells which that is.
   */
  public static ChatModel whole(ChatModel first, ChatModel... fallbacks) {
    List<LangChain4jProvider> ladder = new ArrayList<>();
    ladder.add(LangChain4jProvider.of(first));
    for (ChatModel fallback : fallbacks) {
      ladder.add(LangChain4jProvider.of(fallback).withOwnModelOnlyIfTold());
    }
    return over(client(ladder)).chatModel();
  }

  /**
   * The same for streams. What breaks off is gone on with by the next model, where {@link
   * Fallback.MidStream#CONTINUE} can.
   */
  public static StreamingChatModel streaming(
      StreamingChatModel first, StreamingChatModel... fallbacks) {
    List<LangChain4jProvider> ladder = new ArrayList<>();
    ladder.add(LangChain4jProvider.of(first));
    for (StreamingChatModel fallback : fallbacks) {
      ladder.add(LangChain4jProvider.of(fallback).withOwnModelOnlyIfTold());
    }
    return over(client(ladder)).streamingChatModel();
  }

  /** A client of these targets, which may be called the same: two vendors of one model are. */
  private static ResilientLlm client(List<LangChain4jProvider> ladder) {
    ResilientLlm.Builder client = null;
    for (LangChain4jProvider provider : ladder) {
      if (client == null) {
        client = ResilientLlm.with(provider);
      } else {
        int number = ladder.indexOf(provider) + 1;
        client.fallback(Target.of(provider).named(provider.model() + " (" + number + ")"));
      }
    }
    return Objects.requireNonNull(client)
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
        .build();
  }

  /** The models over a client. */
  public static LangChain4jModels over(LlmClient llm) {
    return new LangChain4jModels(Settings.of(Objects.requireNonNull(llm, "llm")));
  }

  /**
   * The models over a client that hands its calls to others, such as one that follows an
   * annotation's policy.
   *
   * @param behind all whom it may hand them to: if the targets of all of them are LangChain4j's own
   *     models, no request needs a translation
   */
  public static LangChain4jModels over(LlmClient llm, Collection<ResilientLlm> behind) {
    return new LangChain4jModels(
        Settings.of(Objects.requireNonNull(llm, "llm"), List.copyOf(behind)));
  }

  /**
   * The same with what a request leaves open. Default nothing: a target that is one of
   * LangChain4j's models has its own defaults.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException if a target needs a translation
   *     of them and there is none
   */
  public LangChain4jModels withDefaultParameters(ChatRequestParameters parameters) {
    Objects.requireNonNull(parameters, "parameters");
    if (!settings.allNative()) {
      TheirRequest.refuse(parameters);
    }
    return new LangChain4jModels(settings.withDefaults(parameters));
  }

  /**
   * The same with listeners that hear of each call as a whole. Default none: the listeners of a
   * target that is one of LangChain4j's models hear of each attempt there.
   */
  public LangChain4jModels withListeners(List<ChatModelListener> listeners) {
    return new LangChain4jModels(settings.withListeners(listeners));
  }

  /**
   * The same going on with a stream whose answer begins again, or not. A handler of LangChain4j's
   * has no word for it: pieces of the new answer follow those of the old one. So by default such a
   * stream ends with an error. If this is on, the {@link
   * io.github.resilientllm.chat.ChatEvent.Restarted} goes to {@code onUnmappedRawEvent}, and to a
   * publisher's subscriber as a raw event, and whoever shows the text has to clear it then. A
   * stream that has told a tool call whole ends with an error all the same, for the tool may have
   * run.
   *
   * <p>Where nothing but text is shown, {@code Fallback.MidStream.CONTINUE} is the better choice:
   * the next target goes on where the text stopped.
   */
  public LangChain4jModels withRestartsTold(boolean told) {
    return new LangChain4jModels(settings.withRestartsTold(told));
  }

  /**
   * The same with what reads streams and calls their handlers; each stream blocks a thread while it
   * is read. Default virtual threads, or daemon threads before JDK 21.
   */
  public LangChain4jModels withExecutor(Executor executor) {
    return new LangChain4jModels(
        settings.withExecutor(Objects.requireNonNull(executor, "executor")));
  }

  /**
   * The client as a model that answers at once. {@code chatAsync} runs on the client's executor,
   * and cancelling its future, or completing it by {@code orTimeout}, ends the call on the wire.
   */
  public ChatModel chatModel() {
    return new WholeModel(settings);
  }

  /**
   * The client as a model that answers piece by piece, to a handler and, from LangChain4j 1.20 on,
   * to a publisher's subscriber. {@code PartialResponseContext.streamingHandle().cancel()} and the
   * subscription's {@code cancel()} end the call on the wire, and nothing is called after that.
   */
  public StreamingChatModel streamingChatModel() {
    StreamedModel model = new StreamedModel(settings);
    return hasPublishers() ? new PublishedModel(settings, model) : model;
  }

  private static boolean hasPublishers() {
    try {
      Class.forName(
          "dev.langchain4j.model.chat.response.ChatModelStreamingEvent",
          false,
          StreamingChatModel.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) { // before 1.20
      return false;
    }
  }
}
