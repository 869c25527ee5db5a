package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Makes a history into the items of a response's input.
 *
 * <p>A thought of this vendor's goes back before what it led to, which the vendor demands; one that
 * led to nothing, another vendor's, or one that is for a model without thoughts stays away.
 */
final class ResponsesHistory {
  private final String vendor;
  private final boolean reasons;
  private final Collection<String> leftOut;
  private final List<ResponsesInput.Item> items = new ArrayList<>();
  private final List<ResponsesInput.Item> pending = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  /**
   * Begins with nothing.
   *
   * @param reasons whether the model takes thoughts
   * @param leftOut takes a short phrase for each kind of thing that stays away
   */
  ResponsesHistory(String vendor, boolean reasons, Collection<String> leftOut) {
    this.vendor = vendor;
    this.reasons = reasons;
    this.leftOut = leftOut;
  }

  /** The items of messages that are paired; never empty. */
  List<ResponsesInput.Item> of(List<Message> messages) {
    for (Message message : messages) {
      switch (message.role()) {
        case SYSTEM -> items.add(new ResponsesInput.Said("system", message.parts()));
        case USER -> items.add(new ResponsesInput.Said("user", message.parts()));
        case ASSISTANT -> answer(message);
        case TOOL -> results(message);
      }
    }
    if (items.isEmpty()) {
      items.add(new ResponsesInput.Said("user", List.of(new Part.Text("Go ahead."))));
    }
    return List.copyOf(items);
  }

  private void answer(Message message) {
    String phase = phase(message);
    for (Part part : message.parts()) {
      if (part instanceof Part.Text said) {
        text.append(said.text());
      } else if (part instanceof Part.Reasoning reasoning) {
        reasoning(reasoning);
      } else if (part instanceof ToolCall call) {
        tell(phase);
        add(new ResponsesInput.Called(call));
      } else if (part instanceof Part.Verbatim) {
        leftOut.add("what tools of a vendor's own did, and citations");
      }
    }
    tell(phase);
    if (!pending.isEmpty()) {
      leftOut.add("reasoning that led to nothing");
      pending.clear();
    }
  }

  private void reasoning(Part.Reasoning reasoning) {
    Optional<ResponsesItem> kept = own(reasoning);
    if (kept.isEmpty()) {
      boolean isForeign =
          reasoning.vendorData().filter(data -> !data.vendor().equals(vendor)).isPresent();
      leftOut.add(isForeign ? "reasoning of another vendor" : "reasoning that is not encrypted");
    } else if (!isMessage(kept.get())) {
      pending.add(new ResponsesInput.Kept(kept.get()));
    }
  }

  private Optional<ResponsesItem> own(Part.Reasoning reasoning) {
    return reasoning
        .vendorData()
        .filter(data -> data.vendor().equals(vendor))
        .flatMap(data -> ResponsesItem.ofKept(data.data()))
        .filter(item -> reasons || !item.type().equals(ResponsesItem.REASONING));
  }

  /** The texts of an answer are one, so its last message's phase is that of all. */
  private String phase(Message message) {
    String phase = "";
    for (Part part : message.parts()) {
      if (part instanceof Part.Reasoning reasoning) {
        phase =
            own(reasoning)
                .filter(ResponsesHistory::isMessage)
                .map(item -> item.text("phase"))
                .orElse(phase);
      }
    }
    return phase;
  }

  private static boolean isMessage(ResponsesItem item) {
    return item.type().equals(ResponsesItem.MESSAGE);
  }

  private void tell(String phase) {
    if (!text.isEmpty()) {
      add(new ResponsesInput.Answered(text.toString(), phase));
      text.setLength(0);
    }
  }

  private void add(ResponsesInput.Item item) {
    items.addAll(pending);
    pending.clear();
    items.add(item);
  }

  private void results(Message message) {
    for (Part part : message.parts()) {
      if (part instanceof ToolResult result) {
        items.add(new ResponsesInput.Returned(result));
      }
    }
  }
}
