package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.internal.GenAi;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.Set;
import java.util.stream.DoubleStream;

/** The buckets that OpenTelemetry's conventions advise; what an application configures wins. */
final class GenAiBuckets implements MeterFilter {
  private static final Set<String> DURATIONS =
      Set.of(GenAi.OPERATION_DURATION, GenAi.TIME_TO_FIRST_CHUNK);

  /** 10 ms to 82 s, in nanoseconds, each twice the one before. */
  private static final double[] NANOS = DoubleStream.iterate(1e7, n -> 2 * n).limit(14).toArray();

  /** 1 to 67 million, each four times the one before. */
  private static final double[] TOKENS = DoubleStream.iterate(1, n -> 4 * n).limit(14).toArray();

  @Override
  public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
    if (DURATIONS.contains(id.getName())) {
      return with(NANOS, config);
    }
    return id.getName().equals(GenAi.TOKEN_USAGE) ? with(TOKENS, config) : config;
  }

  private static DistributionStatisticConfig with(
      double[] buckets, DistributionStatisticConfig config) {
    return config.merge(
        DistributionStatisticConfig.builder().serviceLevelObjectives(buckets).build());
  }
}
