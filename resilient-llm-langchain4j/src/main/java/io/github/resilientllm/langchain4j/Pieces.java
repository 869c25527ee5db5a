package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialToolCall;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;

/**
 * The pieces of one answer as LangChain4j's objects: those that a model of LangChain4j gave as they
 * are, those of the others made. A tool call is told whole as soon as another one begins or the
 * answer ends.
 */
final class Pieces {
  private boolean open; // a tool call that is not told whole
  private int index; // the vendor's, of the open one
  private int number = -1; // ours: 0 for the first
  private String id = "";
  private String name = "";
  private final StringBuilder arguments = new StringBuilder();

  /** What a delta becomes; often one object, sometimes none. */
  List<Object> of(ChatEvent.Delta delta) {
    if (delta instanceof ChatEvent.NativeDelta told) {
      return told.pieces();
    }
    List<Object> pieces = new ArrayList<>(2);
    if (delta instanceof ChatEvent.TextDelta text && !text.text().isEmpty()) {
      pieces.add(new PartialResponse(text.text()));
    } else if (delta instanceof ChatEvent.ReasoningDelta thought && !thought.text().isEmpty()) {
      pieces.add(new PartialThinking(thought.text()));
    } else if (delta instanceof ChatEvent.ToolCallDelta call) {
      tool(call, pieces);
    }
    return pieces;
  }

  /** What is still to be told when the answer is complete. */
  List<Object> end() {
    List<Object> pieces = new ArrayList<>(2);
    complete(pieces);
    return pieces;
  }

  private void tool(ChatEvent.ToolCallDelta call, List<Object> pieces) {
    if (!open || call.index() != index) {
      complete(pieces);
      open = true;
      index = call.index();
      number++;
      id = "";
      name = "";
      arguments.setLength(0);
    }
    id = call.id().isEmpty() ? id : call.id();
    name = call.name().isEmpty() ? name : call.name();
    if (!call.arguments().isEmpty()) {
      arguments.append(call.arguments());
      pieces.add(partial(call.arguments()));
    }
  }

  private void complete(List<Object> pieces) {
    if (!open) {
      return;
    }
    open = false;
    ToolExecutionRequest request = OurRequest.request(new ToolCall(id, name, arguments.toString()));
    if (arguments.isEmpty()) {
      pieces.add(partial(request.arguments()));
    }
    pieces.add(new CompleteToolCall(number, request));
  }

  private PartialToolCall partial(String json) {
    return PartialToolCall.builder().index(number).id(id).name(name).partialArguments(json).build();
  }
}
