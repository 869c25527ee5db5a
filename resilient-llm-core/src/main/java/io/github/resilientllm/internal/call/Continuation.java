package io.github.resilientllm.internal.call;

import io.github.resilientllm.chat.ChatEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The first pieces of an attempt that was asked to go on where another one broke off, held back
 * until it shows whether it does so or starts over: models are asked in words, and not all obey. An
 * answer that starts over, glued behind the first half, would be text twice.
 */
final class Continuation {
  /**
   * So many characters like the beginning of what was shown are no chance. What is shorter than
   * this is not continued: to begin it again costs less than to find out.
   */
  private static final int TELLING = 32;

  private final String beginning;
  private final StringBuilder text = new StringBuilder();
  private final List<ChatEvent.Delta> held = new ArrayList<>();
  private boolean decided;
  private boolean startsOver;

  /** A continuation of text that was shown. */
  Continuation(String shown) {
    String from = shown.stripLeading();
    this.beginning = from.substring(0, Math.min(TELLING, from.length()));
  }

  /** Whether there is enough of an answer to tell a continuation from a new beginning. */
  static boolean canTell(String shown) {
    return shown.stripLeading().length() >= TELLING;
  }

  /** Takes the next piece, unless it has been decided. */
  void add(ChatEvent.Delta piece) {
    held.add(piece);
    hear(piece);
  }

  private void hear(ChatEvent.Delta piece) {
    if (piece instanceof ChatEvent.NativeDelta told) {
      told.meaning().forEach(this::hear);
    } else if (piece instanceof ChatEvent.TextDelta delta) {
      text.append(delta.text());
      String said = text.toString().stripLeading();
      startsOver = said.startsWith(beginning);
      decided = startsOver || !beginning.startsWith(said);
    } else if (piece instanceof ChatEvent.ToolCallDelta) {
      decided = true;
    }
  }

  /** It came to its end, however short: what is shorter than the beginning does not repeat it. */
  void ended() {
    decided = true;
  }

  /** Whether it is known which of both it does. */
  boolean isDecided() {
    return decided;
  }

  /** Whether it repeats the beginning of what was shown. */
  boolean startsOver() {
    return startsOver;
  }

  /** What was held back, in order. */
  List<ChatEvent.Delta> held() {
    return held;
  }
}
