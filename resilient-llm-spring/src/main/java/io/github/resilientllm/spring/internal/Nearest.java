package io.github.resilientllm.spring.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody who mistyped one may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known name that is least far from what was written; empty if none is near.
   *
   * @param written the name that is not known
   * @param known the names there are
   */
  public static Optional<String> to(String written, Collection<String> known) {
    int most = Math.max(2, written.length() / 3);
    return known.stream()
        .filter(name -> distance(written, name) <= most)
        .min(Comparator.comparingInt(name -> distance(written, name)));
  }

  /** A question to put behind a sentence about a name; empty if none is near. */
  public static String question(String written, Collection<String> known) {
    return to(written, known).map(near -> " Did you mean \"" + near + "\"?").orElse("");
  }

  /**
   * An advice for a name that is not known: the nearest one, and all there are.
   *
   * @param written the name that is not known
   * @param what what it would name, in the plural
   * @param known the names there are
   */
  public static String advice(String written, String what, Collection<String> known) {
    if (known.isEmpty()) {
      return "There are no " + what + " at all.";
    }
    String all = "There are the " + what + " " + String.join(", ", known) + ".";
    return to(written, known).map(near -> "Did you mean \"" + near + "\"? " + all).orElse(all);
  }

  /** Levenshtein's distance without regard to case, by one row of its table. */
  private static int distance(String a, String b) {
    String from = a.toLowerCase(Locale.ROOT);
    String to = b.toLowerCase(Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
