package io.github.resilientllm.chat;

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
  private static final Usage UNKNOWN = new Usage(ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT);

  private final long input;
  private final long output;
  private final long total;
  private final long cachedInput;
  private final long cacheWrite;
  private final long reasoning;

  private Usage(
      long input, long output, long total, long cachedInput, long cacheWrite, long reasoning) {
    this.input = input;
    this.output = output;
    this.total = total;
    this.cachedInput = cachedInput;
    this.cacheWrite = cacheWrite;
    this.reasoning = reasoning;
  }

  /** Nothing is known. */
  public static Usage unknown() {
    return UNKNOWN;
  }

  /** Input and output tokens; a negative count is taken as absent, here and below. */
  public static Usage of(long input, long output) {
    return new Usage(known(input), known(output), ABSENT, ABSENT, ABSENT, ABSENT);
  }

  /** The same with the vendor's own total, which is not always input plus output. */
  public Usage withTotal(long tokens) {
    return new Usage(input, output, known(tokens), cachedInput, cacheWrite, reasoning);
  }

  /** The same with the part of the input that was read from a cache. */
  public Usage withCachedInput(long tokens) {
    return new Usage(input, output, total, known(tokens), cacheWrite, reasoning);
  }

  /** The same with the part of the input that was written to a cache. */
  public Usage withCacheWrite(long tokens) {
    return new Usage(input, output, total, cachedInput, known(tokens), reasoning);
  }

  /** The same with the part of the output that was reasoning. */
  public Usage withReasoning(long tokens) {
    return new Usage(input, output, total, cachedInput, cacheWrite, known(tokens));
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
        sum(reasoning, other.reasoning));
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
        && reasoning == usage.reasoning;
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
    return a == ABSENT || b == ABSENT ? ABSENT : a + b;
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
