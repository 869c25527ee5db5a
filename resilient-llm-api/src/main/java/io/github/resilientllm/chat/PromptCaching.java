package io.github.resilientllm.chat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a request a vendor is asked to keep, so that the next request that begins alike costs
 * less and is answered sooner. It never changes what is answered, and whoever cannot be asked is
 * not. Immutable.
 *
 * <p>Anthropic and AWS keep what they are told to, and bill the first time a quarter more. OpenAI,
 * Google and others keep what they see fit, whatever is said here; {@link
 * Usage#cachedInputTokens()} tells what came of it with any of them.
 */
public final class PromptCaching {
  private static final int MOST = 4; // Anthropic's and AWS's

  private static final PromptCaching OFF = new PromptCaching(false, List.of());
  private static final PromptCaching AUTOMATIC = new PromptCaching(true, List.of());

  private final boolean automatic;
  private final List<Integer> messages;

  private PromptCaching(boolean automatic, List<Integer> messages) {
    this.automatic = automatic;
    this.messages = messages;
  }

  /** Asks for nothing; the default. */
  public static PromptCaching off() {
    return OFF;
  }

  /**
   * Keeps what comes again in a conversation: the tools, the instructions, and the history but for
   * its last message.
   */
  public static PromptCaching automatic() {
    return AUTOMATIC;
  }

  /**
   * Keeps what stands up to the end of each of these messages, tools included, and the results of
   * calls that the last of it makes.
   *
   * @param numbers of messages in the request, counted from 0, up to four; one that is not there is
   *     passed over
   * @throws IllegalArgumentException if there are none or too many, or one is negative
   */
  public static PromptCaching afterMessages(int... numbers) {
    List<Integer> sorted = Arrays.stream(numbers).sorted().distinct().boxed().toList();
    if (sorted.isEmpty() || sorted.size() > MOST || sorted.get(0) < 0) {
      throw new IllegalArgumentException(
          "Caching goes after 1 to " + MOST + " messages, counted from 0, not after " + sorted);
    }
    return new PromptCaching(false, sorted);
  }

  /** Whether the place is left to this library. */
  public boolean isAutomatic() {
    return automatic;
  }

  /** The numbers of the messages after which something is to be kept, ascending; mostly empty. */
  public List<Integer> messages() {
    return messages;
  }

  /** Whether nothing is asked for. */
  public boolean isOff() {
    return !automatic && messages.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PromptCaching that
        && automatic == that.automatic
        && messages.equals(that.messages);
  }

  @Override
  public int hashCode() {
    return 31 * messages.hashCode() + Boolean.hashCode(automatic);
  }

  @Override
  public String toString() {
    if (isOff()) {
      return "PromptCaching[off]";
    }
    return automatic ? "PromptCaching[automatic]" : "PromptCaching[after " + messages + "]";
  }
}
