package io.github.resilientllm.spring.observe;

import io.github.resilientllm.Target;
import io.github.resilientllm.chat.CallEvent.AnswerFacts;
import io.github.resilientllm.chat.CallEvent.CallEnded;
import io.github.resilientllm.spring.internal.GenAi;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.OptionalLong;

/** The client metrics of OpenTelemetry's conventions that no observation gives. */
final class GenAiMeters {
  private final PolicyTargets targets;
  private final MeterFamily<Timer> firstChunk;
  private final MeterFamily<DistributionSummary> tokens;

  GenAiMeters(MeterRegistry registry, PolicyTargets targets) {
    this.targets = targets;
    Tags common = Tags.of(GenAi.OPERATION, GenAi.CHAT);
    this.firstChunk =
        new MeterFamily<>(
            common,
            tags -> Timer.builder(GenAi.TIME_TO_FIRST_CHUNK).tags(tags).register(registry),
            GenAi.PROVIDER,
            GenAi.REQUEST_MODEL,
            GenAi.RESPONSE_MODEL);
    // Without a base unit, which would get into the name.
    this.tokens =
        new MeterFamily<>(
            common,
            tags -> DistributionSummary.builder(GenAi.TOKEN_USAGE).tags(tags).register(registry),
            GenAi.PROVIDER,
            GenAi.REQUEST_MODEL,
            GenAi.RESPONSE_MODEL,
            GenAi.TOKEN_TYPE);
  }

  void ended(CallEnded ended, CallTally call) {
    Target.State first = targets.first();
    String provider = GenAi.provider(first.vendor());
    AnswerFacts answer = ended.answer().orElse(null);
    String model = answer == null || answer.model().isEmpty() ? GenAi.NONE : answer.model();
    if (call.streaming && call.firstContent != null) {
      firstChunk.of(provider, first.model(), model).record(call.firstContent);
    }
    if (answer == null || call.attempts == 0) {
      return; // an answer that a conversation kept was counted when it was made
    }
    record(answer.usage().inputTokens(), provider, first.model(), model, "input");
    record(answer.usage().outputTokens(), provider, first.model(), model, "output");
  }

  private void record(OptionalLong count, String... tags) {
    if (count.isPresent()) {
      tokens.of(tags).record((double) count.getAsLong());
    }
  }
}
