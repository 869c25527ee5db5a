package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.journal.Journal;

/** A part of the outbox: a conversation of the journal. Guarded by the store's lock. */
final class Segment {
  private static final String PREFIX = "segment-";

  final long number;
  final String incarnation;
  long bytes; // about

  Segment(long number, String incarnation) {
    this.number = number;
    this.incarnation = incarnation;
  }

  /** One as it was listed. */
  Segment(Journal.Head head) {
    this(number(head), head.incarnation());
  }

  /** The conversation's id. */
  String id() {
    return id(number);
  }

  static String id(long number) {
    return PREFIX + "%012d".formatted(number);
  }

  /** Whether a conversation is one. */
  static boolean isOne(String id) {
    return id.matches(PREFIX + "[0-9]{12}");
  }

  static long number(Journal.Head head) {
    return Long.parseLong(head.conversation().substring(PREFIX.length()));
  }
}
