package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.internal.target.EngineTarget;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.provider.Capabilities;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as one target can be sent it, or the reason why it cannot.
 *
 * @param asked the call's request
 * @param request what to send
 * @param leftOut what of it does not reach the target, in phrases without content
 * @param obstacle why the target cannot serve it; null if it can
 */
public record Fit(
    ChatRequest asked, ChatRequest request, List<String> leftOut, @Nullable String obstacle) {

  /**
   * Fits a request to a target, shortening the history if the scribe of the call does so.
   *
   * @param before how the last request of the call to the same target was fitted; null if there was
   *     none. The same request leads to the same again, so that it need not be written again
   */
  static Fit of(ChatRequest request, EngineTarget target, Scribe scribe, @Nullable Fit before) {
    try {
      Capabilities can = target.capabilities();
      String obstacle = missing(can, request);
      if (obstacle == null) {
        obstacle = target.provider().cannotServe(request).orElse(null);
      }
      if (obstacle != null) {
        return new Fit(request, request, List.of(), obstacle);
      }
      if (before != null && before.asked == request) {
        return before;
      }
      List<String> leftOut = List.copyOf(target.provider().leavesOut(request));
      return can.contextWindow() == 0 && can.maxOutputTokens() == 0
          ? new Fit(request, request, leftOut, null)
          : sized(request, can, scribe, leftOut);
    } catch (JournalException e) { // of the scribe, who is no provider
      throw e;
    } catch (RuntimeException | Error e) { // one provider's bug must not take the others away
      return new Fit(request, request, List.of(), "the provider threw " + e.getClass().getName());
    }
  }

  /** Fits a request to a target outside of a call. */
  public static Fit of(ChatRequest request, EngineTarget target) {
    return of(request, target, Scribe.NONE, null);
  }

  private static Fit sized(
      ChatRequest request, Capabilities can, Scribe scribe, List<String> before) {
    List<String> leftOut = new ArrayList<>(before);
    ChatRequest sent = request;
    if (can.contextWindow() > 0) {
      ChatRequest fitted = scribe.fit(request, can.contextWindow());
      if (fitted == null) {
        return new Fit(
            request,
            request,
            List.of(),
            "the history does not fit into " + can.contextWindow() + " tokens");
      }
      int dropped = request.messages().size() - fitted.messages().size();
      if (dropped > 0) {
        leftOut.add("the oldest " + dropped + " messages");
      }
      sent = fitted;
    }
    int most = can.maxOutputTokens();
    if (most > 0 && sent.maxOutputTokens().orElse(0) > most) {
      sent = sent.toBuilder().maxOutputTokens(most).build();
      leftOut.add("output tokens above " + most);
    }
    return new Fit(request, sent, List.copyOf(leftOut), null);
  }

  private static @Nullable String missing(Capabilities can, ChatRequest request) {
    if (!can.tools() && !request.tools().isEmpty()) {
      return "it calls no tools";
    }
    if (!can.jsonSchema() && request.responseFormat() instanceof ResponseFormat.JsonSchema) {
      return "it obeys no JSON Schema";
    }
    return !can.images() && hasImage(request) ? "it takes no images" : null;
  }

  private static boolean hasImage(ChatRequest request) {
    for (Message message : request.messages()) {
      for (Part part : message.parts()) {
        if (part instanceof Part.Image
            || (part instanceof ToolResult result
                && result.content().stream().anyMatch(Part.Image.class::isInstance))) {
          return true;
        }
      }
    }
    return false;
  }
}
