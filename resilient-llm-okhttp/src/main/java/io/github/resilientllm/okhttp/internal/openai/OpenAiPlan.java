package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.history.AskedFormat;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.history.Pairing;
import io.github.resilientllm.okhttp.internal.json.StrictSchema;
import io.github.resilientllm.okhttp.internal.models.OpenAiModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes to a model behind chat completions and what is left out: settled once, so
 * that what is written and what is said to be missing agree. Used by one thread.
 */
public final class OpenAiPlan {
  private final ChatRequest request;
  private final Traits traits;
  private final OpenAiModel model;
  private final String name;
  private final List<Message> messages;
  private final Set<String> leftOut = new LinkedHashSet<>();
  private final @Nullable ReasoningEffort effort;

  OpenAiPlan(ChatRequest request, String model, Traits traits) {
    this.request = request;
    this.traits = traits;
    this.model = traits.model(model);
    this.name = model;
    List<Message> paired = new ArrayList<>(Pairing.of(request, traits.toolIds, leftOut));
    ask(paired);
    this.messages = paired;
    this.effort = settleEffort();
    if (!takesSampling()) {
      say(request.temperature().isPresent(), "temperature");
      say(request.topP().isPresent(), "topP");
    }
    for (Message message : request.messages()) {
      for (Part part : message.parts()) {
        say(part instanceof Part.Verbatim, "what tools of a vendor's own did, and citations");
      }
    }
    say(request.logprobs().isPresent() && !tellsLogprobs(), "logprobs");
    say(!request.stop().isEmpty() && stop().isEmpty(), "stop texts");
    say(request.parallelToolCalls().isPresent() && !takesParallelCalls(), "parallel tool calls");
    say(traits.storesMetadata && !request.metadata().isEmpty() && !takesMetadata(), "metadata");
    for (Tool tool : request.tools()) {
      say(tool.strict() && !enforces(tool), "strict tool parameters");
    }
  }

  /** Why the model cannot serve the request, though it could if less was asked; empty if it can. */
  public static Optional<String> obstacle(ChatRequest request, OpenAiModel model, String vendor) {
    boolean thinks = request.reasoningEffort().filter(e -> e != ReasoningEffort.NONE).isPresent();
    return thinks && model.efforts().isEmpty() && !request.bestEffort()
        ? Optional.of("this model of " + vendor + " has no reasoning effort")
        : Optional.empty();
  }

  /** The same for logprobs, which a model that reasons does not tell. */
  static Optional<String> logprobObstacle(ChatRequest request, String model, Traits traits) {
    boolean lacks =
        request.logprobs().isPresent()
            && !request.bestEffort()
            && !new OpenAiPlan(request, model, traits).tellsLogprobs();
    return lacks
        ? Optional.of("this model of " + traits.vendor + " tells no logprobs, asked like this")
        : Optional.empty();
  }

  /** Whether it tells how likely its tokens were. */
  boolean tellsLogprobs() {
    return traits.tellsLogprobs && takesSampling();
  }

  /** The same for texts to stop at, which some models refuse. */
  static Optional<String> stopObstacle(ChatRequest request, String model, Traits traits) {
    boolean refuses = traits.stoplessModels.matcher(model).matches();
    return refuses && !request.stop().isEmpty() && !request.bestEffort()
        ? Optional.of("this model of " + traits.vendor + " takes no stop texts")
        : Optional.empty();
  }

  /** What does not get into the body, a short phrase each. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The history, with the answer's shape in words where the model is not held to it. */
  List<Message> messages() {
    return messages;
  }

  OptionalDouble temperature() {
    return takesSampling() ? request.temperature() : OptionalDouble.empty();
  }

  OptionalDouble topP() {
    return takesSampling() ? request.topP() : OptionalDouble.empty();
  }

  /** How much it is told to reason; null if nothing is to be said. */
  @Nullable ReasoningEffort effort() {
    return effort;
  }

  /** Whether the vendor is told the schema of the answer, and not the model in words. */
  boolean sendsSchema() {
    return traits.schemaModels.matcher(name).matches();
  }

  /** Whether an answer is held to its schema. */
  boolean enforces(ResponseFormat.JsonSchema schema) {
    return schema.strict() && canEnforce(schema.schema());
  }

  /** Whether calls of a tool are held to its schema. */
  boolean enforces(Tool tool) {
    return tool.strict() && canEnforce(tool.parameters());
  }

  boolean takesParallelCalls() {
    return traits.takesParallelCalls && model.takesParallelCalls();
  }

  /** Texts to stop at; none for a model that refuses them. */
  List<String> stop() {
    boolean refuses = !request.stop().isEmpty() && traits.stoplessModels.matcher(name).matches();
    return refuses ? List.of() : request.stop();
  }

  /** OpenAI keeps metadata only with what it stores, and refuses it otherwise. */
  boolean takesMetadata() {
    return traits.takesMetadata
        && (!traits.storesMetadata
            || Boolean.TRUE.equals(request.vendorOptions(traits.vendor).get("store")));
  }

  private boolean canEnforce(String schema) {
    return !traits.wantsClosedSchemas || StrictSchema.canEnforce(schema);
  }

  private boolean takesSampling() {
    return model.takesSampling(effort);
  }

  private @Nullable ReasoningEffort settleEffort() {
    ReasoningEffort wanted = request.reasoningEffort().orElse(null);
    boolean asked = wanted != null && wanted != ReasoningEffort.NONE;
    if (traits.effort == Traits.Effort.THINKING_SWITCH) {
      return settleSwitch(wanted);
    }
    if (!request.tools().isEmpty() && model.tools() != OpenAiModel.When.ALWAYS) {
      say(
          asked,
          "reasoning effort, which the vendor takes beside tools in its Responses API alone");
      boolean mustSay = wanted != null || model.tools() == OpenAiModel.When.TOLD_NOT_TO_REASON;
      return mustSay ? ReasoningEffort.NONE : null;
    }
    if (wanted == null) {
      return null;
    }
    if (model.efforts().isEmpty()) {
      say(asked, "reasoning effort");
      return null;
    }
    ReasoningEffort nearest = model.nearest(wanted);
    say(nearest != wanted, "reasoning effort " + wanted + ", the nearest is asked for");
    return nearest;
  }

  /** Thinking can be switched on and off, and while it is on no tool call can be forced. */
  private @Nullable ReasoningEffort settleSwitch(@Nullable ReasoningEffort wanted) {
    if (ForcedCall.in(request).isPresent()) {
      say(
          wanted != null && wanted != ReasoningEffort.NONE,
          "reasoning effort, beside a forced tool call");
      return ReasoningEffort.NONE;
    }
    say(
        wanted != null && wanted != ReasoningEffort.NONE && wanted != ReasoningEffort.HIGH,
        "reasoning effort " + wanted + ", it is only switched on");
    return wanted;
  }

  private void ask(List<Message> into) {
    if (!(request.responseFormat() instanceof ResponseFormat.JsonSchema schema) || sendsSchema()) {
      return;
    }
    int at = 0;
    while (at < into.size() && into.get(at).role() == Role.SYSTEM) {
      at++;
    }
    for (String text : AskedFormat.instructions(schema)) {
      into.add(at++, Message.system(text));
    }
  }

  private void say(boolean isSo, String phrase) {
    if (isSo) {
      leftOut.add(phrase);
    }
  }
}
