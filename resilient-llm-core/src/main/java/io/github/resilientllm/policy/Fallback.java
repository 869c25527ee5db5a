package io.github.resilientllm.policy;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a call moves on to its next target, and what becomes of an answer that breaks off.
 *
 * <p>Beyond what is set here: a target that timed out, or whose next try would leave another one no
 * time, is left for the other one at once.
 */
public final class Fallback {

  /** Where a request goes that is too long for the context window of one target. */
  public enum ContextTooLong {
    /** Nowhere: the call fails at once. */
    NEVER,
    /**
     * To the next target whose window is {@linkplain
     * io.github.resilientllm.provider.Capabilities#contextWindow() known} to be larger, or may be:
     * its own window or that of the target before it is unknown.
     */
    LARGER_OR_UNKNOWN,
    /** To the next target, whatever is known about the windows. */
    ANY
  }

  /** What happens when an answer breaks off after its first token. */
  public enum MidStream {
    /** The call fails, and the exception has the partial text. */
    FAIL,
    /** The answer begins again from nothing; a stream says {@code Restarted}. */
    RESTART,
    /**
     * Another attempt is shown the partial text and goes on from there; a stream says {@code
     * Continued}, and the response lists the seams. Answers with tool calls or a required format
     * are restarted, for two halves of a JSON do not fit together; so is an answer of fewer than 32
     * characters, and one whose continuation repeats its beginning.
     */
    CONTINUE
  }

  private final Duration patience;
  private final boolean onContentFilter;
  private final boolean refusalsFinal;
  private final ContextTooLong onContextTooLong;
  private final MidStream midStream;

  private Fallback(
      Duration patience,
      boolean onContentFilter,
      boolean refusalsFinal,
      ContextTooLong onContextTooLong,
      MidStream midStream) {
    this.patience = patience;
    this.onContentFilter = onContentFilter;
    this.refusalsFinal = refusalsFinal;
    this.onContextTooLong = onContextTooLong;
    this.midStream = midStream;
  }

  /** The default. */
  public static Fallback standard() {
    return new Fallback(
        Duration.ofSeconds(3), false, false, ContextTooLong.LARGER_OR_UNKNOWN, MidStream.RESTART);
  }

  /** The same with another patience; zero goes to the next target at once. */
  public Fallback withPatience(Duration wait) {
    Require.notNegative("patience", wait);
    return new Fallback(wait, onContentFilter, refusalsFinal, onContextTooLong, midStream);
  }

  /** The same, trying the next vendor when one vendor's filter refuses, or not. */
  public Fallback withContentFilterTried(boolean tries) {
    return new Fallback(patience, tries, refusalsFinal, onContextTooLong, midStream);
  }

  /** The same, ending a call at the first refusal that may be one target's own, or not. */
  public Fallback withRefusalsFinal(boolean ends) {
    return new Fallback(patience, onContentFilter, ends, onContextTooLong, midStream);
  }

  /** The same with another way to deal with a request that is too long for a target. */
  public Fallback withContextTooLong(ContextTooLong way) {
    Objects.requireNonNull(way, "way");
    return new Fallback(patience, onContentFilter, refusalsFinal, way, midStream);
  }

  /** The same with another way to deal with an answer that breaks off. */
  public Fallback withMidStream(MidStream way) {
    Objects.requireNonNull(way, "way");
    return new Fallback(patience, onContentFilter, refusalsFinal, onContextTooLong, way);
  }

  /** The same, trying the next vendor when one vendor's filter refuses. */
  public Fallback withContentFilterTried() {
    return withContentFilterTried(true);
  }

  /**
   * The same, ending a call at the first refusal that may be one target's own ({@code
   * NOT_FOR_THIS_TARGET}): for who would rather see a fault of the application's own at once than
   * have every target asked.
   */
  public Fallback withRefusalsFinal() {
    return withRefusalsFinal(true);
  }

  /**
   * With another target at hand, the longest wait for a target that is rate-limited or full before
   * the call goes there instead; without one a call waits as long as its deadline allows. Default 3
   * s.
   */
  public Duration patience() {
    return patience;
  }

  /**
   * Whether a question or answer that one vendor's filter refused is tried with the next. Default
   * false: going from vendor to vendor until one answers evades a policy.
   */
  public boolean onContentFilter() {
    return onContentFilter;
  }

  /**
   * Whether a refusal that may be one target's own ends the call: {@code NOT_FOR_THIS_TARGET},
   * which a 400 of unknown words is as well. Default false: the next target is asked, since most
   * such refusals are about this model, this account or this region.
   */
  public boolean refusalsFinal() {
    return refusalsFinal;
  }

  /**
   * Where a request goes that is too long for one target. Default {@link
   * ContextTooLong#LARGER_OR_UNKNOWN}.
   */
  public ContextTooLong onContextTooLong() {
    return onContextTooLong;
  }

  /**
   * What happens when an answer breaks off after its first token. Default {@link
   * MidStream#RESTART}.
   */
  public MidStream midStream() {
    return midStream;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fallback that
        && patience.equals(that.patience)
        && onContentFilter == that.onContentFilter
        && refusalsFinal == that.refusalsFinal
        && onContextTooLong.equals(that.onContextTooLong)
        && midStream.equals(that.midStream);
  }

  @Override
  public int hashCode() {
    return Objects.hash(patience, onContentFilter, refusalsFinal, onContextTooLong, midStream);
  }

  @Override
  public String toString() {
    return "Fallback[patience="
        + patience
        + ", onContentFilter="
        + onContentFilter
        + ", refusalsFinal="
        + refusalsFinal
        + ", onContextTooLong="
        + onContextTooLong
        + ", midStream="
        + midStream
        + "]";
  }
}
