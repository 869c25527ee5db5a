package io.github.resilientllm.internal.journal.check;

/**
 * A place in a file that is not as it should be.
 *
 * @param line its number, from 1
 * @param offset of the line's first byte
 * @param from the number of the first entry that is missing or out of place there
 * @param to the last such number; 0 if no later entry tells
 * @param what is wrong; follows "line 7"
 */
public record Problem(long line, long offset, long from, long to, String what) {

  public boolean open() {
    return to == 0;
  }

  public Problem until(long last) {
    return new Problem(line, offset, from, Math.max(from, last), what);
  }

  @Override
  public String toString() {
    String entries = to == 0 ? "entry " + from + " and later" : "entries " + from + " to " + to;
    return "line %d at byte %d %s (%s)".formatted(line, offset, what, entries);
  }
}
