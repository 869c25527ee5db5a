package io.github.resilientllm.test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a text is, to somebody who knows what each vendor had to say. */
public final class Heard {
  /** What it is. */
  public enum What {
    /** One vendor's whole answer, and nothing of another. */
    WHOLE,
    /** The beginning of an answer, without its end. */
    TRUNCATED,
    /** A whole answer, and besides it pieces of the same or of another one. */
    REPEATED,
    /** Nothing. */
    EMPTY,
    /**
     * A whole answer that its vendor did not give in this call: an older one, from a cache perhaps.
     */
    NOT_GIVEN,
    /** None of the vendors said anything like it. */
    UNKNOWN
  }

  private final What what;
  private final @Nullable String vendor;
  private final int words;
  private final int of;

  private Heard(What what, @Nullable String vendor, int words, int of) {
    this.what = what;
    this.vendor = vendor;
    this.words = words;
    this.of = of;
  }

  /** Finds out whose the text is. */
  public static Heard in(String text, List<Vendor> vendors) {
    if (text.isBlank()) {
      return new Heard(What.EMPTY, null, 0, 0);
    }
    for (Vendor vendor : vendors) {
      String rest = around(vendor.answer(), text);
      if (rest != null) {
        int words = words(vendor.answer()).size();
        What what = hasWordOfAny(rest, vendors) ? What.REPEATED : What.WHOLE;
        return new Heard(what, vendor.name(), words, words);
      }
    }
    for (Vendor vendor : vendors) {
      List<String> words = words(vendor.answer());
      int said = prefix(words(text), words);
      if (said > 0) {
        return new Heard(What.TRUNCATED, vendor.name(), said, words.size());
      }
    }
    return new Heard(What.UNKNOWN, null, 0, 0);
  }

  /** The same, as far as a vendor gave it. */
  Heard givenBy(Predicate<String> vendors) {
    return what == What.WHOLE && vendor != null && !vendors.test(vendor)
        ? new Heard(What.NOT_GIVEN, vendor, words, of)
        : this;
  }

  /** What it is. */
  public What what() {
    return what;
  }

  /** The vendor that said it. */
  public Optional<String> vendor() {
    return Optional.ofNullable(vendor);
  }

  /** How many words of the vendor's answer are in it. */
  public int words() {
    return words;
  }

  /** In words, after "The text is ". */
  @Override
  public String toString() {
    return switch (what) {
      case WHOLE -> "the whole answer of " + vendor;
      case TRUNCATED -> "the first " + words + " of " + of + " words of " + vendor + "'s answer";
      case REPEATED -> "the whole answer of " + vendor + " with pieces of a broken one around it";
      case EMPTY -> "empty";
      case NOT_GIVEN -> "an answer that " + vendor + " did not give in this call";
      case UNKNOWN -> "nothing that a vendor said";
    };
  }

  /** What a text has besides an answer, whose white space may be another; null if it has it not. */
  private static @Nullable String around(String answer, String text) {
    int at = text.indexOf(answer);
    if (at >= 0) {
      return text.substring(0, at) + " " + text.substring(at + answer.length());
    }
    List<String> words = words(answer);
    List<String> all = words(text);
    int place = Collections.indexOfSubList(all, words);
    if (place < 0) {
      return null;
    }
    return String.join(" ", all.subList(0, place))
        + " "
        + String.join(" ", all.subList(place + words.size(), all.size()));
  }

  /** Of texts that were set their first words, for the others may be anybody's. */
  private static boolean hasWordOfAny(String text, List<Vendor> vendors) {
    List<String> words = words(text);
    for (Vendor vendor : vendors) {
      List<String> own = words(vendor.answer());
      boolean unique = own.get(0).equals(vendor.name() + "-1");
      if (words.stream().anyMatch(unique ? own::contains : own.get(0)::equals)) {
        return true;
      }
    }
    return false;
  }

  /** How many words of an answer stand at its place in the text, from the answer's first on. */
  private static int prefix(List<String> text, List<String> answer) {
    int start = text.indexOf(answer.get(0));
    int count = 0;
    while (start >= 0
        && count < answer.size()
        && start + count < text.size()
        && text.get(start + count).equals(answer.get(count))) {
      count++;
    }
    return count;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.strip().split("\\s+", -1)) {
      words.add(word);
    }
    return words;
  }
}
