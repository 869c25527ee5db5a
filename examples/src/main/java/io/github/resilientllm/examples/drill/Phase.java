package io.github.resilientllm.examples.drill;

import java.util.List;

/** One act of the outage, in the order in which they are played. */
enum Phase {
  HEALTHY(1, "healthy", "Everything works.", false),
  ERRORS(
      2,
      "server errors",
      "Seven requests in ten fail with 500 or 503 \"capacity exceeded\".",
      true),
  SLOW(3, "too slow", "Most answers take three times as long as any client waits.", true),
  CUT(4, "cut streams", "Most streams end in mid-sentence, as if they were complete.", true),
  REFUSED(5, "key refused", "A valid key is refused with 401.", true),
  DISCONNECTED(6, "disconnected", "Every connection is closed without an answer.", true),
  THROTTLED(
      7, "rate limited", "It is back, and answers most requests with 429 and Retry-After.", true),
  RECOVERED(8, "healthy again", "Everything works again.", false);

  /** All of them, in order. */
  static final List<Phase> ALL = List.of(values());

  private final int number;
  private final String label;
  private final String story;
  private final boolean sick;

  Phase(int number, String label, String story, boolean sick) {
    this.number = number;
    this.label = label;
    this.story = story;
    this.sick = sick;
  }

  /** Counted from 1, as people do. */
  int number() {
    return number;
  }

  /** A few words, short enough for a column of a plot. */
  String label() {
    return label;
  }

  /** What happens, in one sentence. */
  String story() {
    return story;
  }

  /** Whether the primary vendor is sick. */
  boolean isSick() {
    return sick;
  }
}
