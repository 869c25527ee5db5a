package io.github.resilientllm.chat;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an answer, as counted by the vendor, in one meaning for all vendors: input includes
 * cached input, output includes reasoning.
 *
 * <p>A count that the vendor did not send is absent, which is not zero: the usage of a broken
 * stream is unknown, not free.
 */
public final class Usage {
  private static final long ABSENT = -1;
  private static final Usage UNKNOWN =
      new Usage(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, null);

  private final long input;
  private final long output;
  private final long total;
  private final long cachedInput;
  private final long cacheWrite;
  private final long reasoning;
  private final @Nullable BigDecimal cost;

  private Usage(
      long input,
      long output,
      long total,
      long cachedInput,
      long cacheWrite,
      long reasoning,
      @Nullable BigDecimal cost) {
    this.input = input;
    this.output = output;
    this.total = total;
    this.cachedInput = cachedInput;
    this.cacheWrite = cacheWrite;
    this.reasoning = reasoning;
    this.cost = cost;
  }

  /** Nothing is known. */
  public static Usage unknown() {
    return UNKNOWN;
  }

  /** Input and output tokens; a negative count is taken as absent, here and below. */
  public static Usage of(long input, long output) {
    return new Usage(known(input), known(output), ABSENT, ABSENT, ABSENT, ABSENT, null);
  }

  /** The same with the vendor's own total, which is not always input plus output. */
  public Usage withTotal(long tokens) {
    return new Usage(input, output, known(tokens), cachedInput, cacheWrite, reasoning, cost);
  }

  /** The same with the part of the input that was read from a cache. */
  public Usage withCachedInput(long tokens) {
    return new Usage(input, output, total, known(tokens), cacheWrite, reasoning, cost);
  }

  /** The same with the part of the input that was written to a cache. */
  public Usage withCacheWrite(long tokens) {
    return new Usage(input, output, total, cachedInput, known(tokens), reasoning, cost);
  }

  /** The same with the part of the output that was reasoning. */
  public Usage withReasoning(long tokens) {
    return new Usage(input, output, total, cachedInput, cacheWrite, known(tokens), cost);
  }

  /**
   * The same with what the vendor says that the answer cost, in its own unit, which is US dollars
   * with those who say it today.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Usage withCost(BigDecimal said) {
    if (said.signum() < 0) {
      throw new IllegalArgumentException("A cost is 0 or more, not " + said);
    }
    BigDecimal plain = said.stripTrailingZeros(); // 0.10 is 0.1
    return new Usage(input, output, total, cachedInput, cacheWrite, reasoning, plain);
  }

  /**
   * The tokens of both. A count that is absent in either is absent in the sum: what is not known
   * does not become nothing by adding to it.
   */
  public Usage plus(Usage other) {
    return new Usage(
        sum(input, other.input),
        sum(output, other.output),
        sum(total, other.total),
        sum(cachedInput, other.cachedInput),
        sum(cacheWrite, other.cacheWrite),
        sum(reasoning, other.reasoning),
        cost == null || other.cost == null ? null : cost.add(other.cost).stripTrailingZeros());
  }

  /** All input tokens, cached ones included. */
  public OptionalLong inputTokens() {
    return optional(input);
  }

  /** All output tokens, reasoning included. */
  public OptionalLong outputTokens() {
    return optional(output);
  }

  /** The vendor's total; absent if it sent none. */
  public OptionalLong totalTokens() {
    return optional(total);
  }

  /** The input tokens read from a cache. */
  public OptionalLong cachedInputTokens() {
    return optional(cachedInput);
  }

  /** The input tokens written to a cache. */
  public OptionalLong cacheWriteTokens() {
    return optional(cacheWrite);
  }

  /** The output tokens that were reasoning. */
  public OptionalLong reasoningTokens() {
    return optional(reasoning);
  }

  /** What the vendor says it cost, mostly in US dollars; absent with almost all vendors. */
  public Optional<BigDecimal> cost() {
    return Optional.ofNullable(cost);
  }

  /** Whether the vendor sent no count at all. */
  public boolean isUnknown() {
    return equals(UNKNOWN);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Usage usage
        && input == usage.input
        && output == usage.output
        && total == usage.total
        && cachedInput == usage.cachedInput
        && cacheWrite == usage.cacheWrite
        && reasoning == usage.reasoning
        && Objects.equals(cost, usage.cost);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(
        input + 31 * (output + 31 * (total + 31 * (cachedInput + 31 * reasoning))));
  }

  @Override
  public String toString() {
    if (isUnknown()) {
      return "Usage[unknown]";
    }
    return "Usage[input="
        + show(input)
        + ", output="
        + show(output)
        + ", total="
        + show(total)
        + "]";
  }

  private static long sum(long a, long b) {
    if (a == ABSENT || b == ABSENT) {
      return ABSENT;
    }
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b; // a server may count what it likes
  }

  private static long known(long tokens) {
    return tokens < 0 ? ABSENT : tokens;
  }

  private static String show(long tokens) {
    return tokens == ABSENT ? "?" : Long.toString(tokens);
  }

  private static OptionalLong optional(long tokens) {
    return tokens == ABSENT ? OptionalLong.empty() : OptionalLong.of(tokens);
  }
}
