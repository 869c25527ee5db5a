package io.github.resilientllm.internal.journal.line;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/** Reads instants as {@link Instant#toString} writes them, many times as fast as its parser. */
public final class Instants {
  private static final String SHAPE = "0000-00-00T00:00:00";

  private Instants() {}

  /** The same as {@link Instant#parse}, also of what is written in another way, or wrong. */
  public static Instant parse(String text) {
    return isUsual(text) ? usual(text) : Instant.parse(text);
  }

  /** The same, or the epoch for what is none: it is for people only, and no reason to refuse. */
  public static Instant orEpoch(String text) {
    try {
      return parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  private static boolean isUsual(String text) {
    int end = text.length() - 1;
    int start = SHAPE.length();
    if (end < start || end > start + 10 || end == start + 1 || text.charAt(end) != 'Z') {
      return false;
    }
    for (int i = 0; i < start; i++) {
      if (SHAPE.charAt(i) == '0' ? !isDigit(text.charAt(i)) : text.charAt(i) != SHAPE.charAt(i)) {
        return false;
      }
    }
    for (int i = start + 1; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return (end == start || text.charAt(start) == '.')
        && number(text, 11, 13) < 24
        && number(text, 14, 16) < 60
        && number(text, 17, 19) < 60;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Instant usual(String text) {
    LocalDate date;
    try {
      date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    } catch (DateTimeException e) {
      return Instant.parse(text); // which says what is wrong
    }
    int minutes = number(text, 11, 13) * 60 + number(text, 14, 16);
    long seconds = date.toEpochDay() * 86_400 + minutes * 60L + number(text, 17, 19);
    int fraction = SHAPE.length() + 1;
    int digits = Math.max(0, text.length() - 1 - fraction);
    int nanos = number(text, fraction, fraction + digits);
    for (int i = digits; i < 9; i++) {
      nanos *= 10;
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }
}
