package io.github.resilientllm;

import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.provider.LlmProvider;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** Clients over scripted vendors in virtual time. */
final class VirtualClient {
  private VirtualClient() {}

  /**
   * A client whose time is virtual, whose threads are too, and whose jitter is half of the range.
   */
  static ResilientLlm.Builder with(VirtualTime time, LlmProvider... vendors) {
    return with(time, () -> 0.5, vendors);
  }

  static ResilientLlm.Builder with(VirtualTime time, long seed, LlmProvider... vendors) {
    RandomGenerator random = new Random(seed);
    return with(time, random::nextDouble, vendors);
  }

  private static ResilientLlm.Builder with(
      VirtualTime time, DoubleSupplier random, LlmProvider... vendors) {
    ResilientLlm.Builder builder =
        ResilientLlm.with(vendors[0]).time(time).executor(time).random(random);
    for (int i = 1; i < vendors.length; i++) {
      builder.fallback(vendors[i]);
    }
    return builder;
  }
}
