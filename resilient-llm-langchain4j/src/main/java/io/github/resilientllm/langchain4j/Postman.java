package io.github.resilientllm.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.github.resilientllm.chat.ChatEvent;
import java.util.HashSet;
import java.util.Set;

/** Hears what a model of LangChain4j's pushes, on the model's threads, and says what it means. */
final class Postman implements StreamingChatResponseHandler {
  private final Inbox inbox;
  private final Set<Integer> toldInParts = new HashSet<>(); // tool calls; of the model's thread

  Postman(Inbox inbox) {
    this.inbox = inbox;
  }

  @Override
  public void onPartialResponse(String text) {
    inbox.put(new PartialResponse(text), new ChatEvent.TextDelta(text));
  }

  @Override
  public void onPartialResponse(PartialResponse text, PartialResponseContext context) {
    inbox.cancelBy(context.streamingHandle());
    inbox.put(text, new ChatEvent.TextDelta(text.text()));
  }

  @Override
  public void onPartialThinking(PartialThinking thought) {
    inbox.put(thought, new ChatEvent.ReasoningDelta(thought.text()));
  }

  @Override
  public void onPartialThinking(PartialThinking thought, PartialThinkingContext context) {
    inbox.cancelBy(context.streamingHandle());
    onPartialThinking(thought);
  }

  @Override
  public void onPartialToolCall(PartialToolCall call) {
    toldInParts.add(call.index());
    inbox.put(
        call,
        new ChatEvent.ToolCallDelta(
            call.index(),
            TheirMessages.idOf(call.id(), call.name()),
            call.name(),
            call.partialArguments()));
  }

  @Override
  public void onPartialToolCall(PartialToolCall call, PartialToolCallContext context) {
    inbox.cancelBy(context.streamingHandle());
    onPartialToolCall(call);
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall call) {
    if (toldInParts.contains(call.index())) {
      inbox.hold(call);
    } else {
      inbox.put(call, TheirAnswer.delta(call.index(), call.toolExecutionRequest()));
    }
  }

  @Override
  public void onUnmappedRawEvent(Object event) {
    if (event != null) {
      inbox.hold(new RawPiece(event));
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse response) {
    inbox.complete(response);
  }

  @Override
  public void onError(Throwable failure) {
    inbox.fail(failure);
  }
}
