package io.github.resilientllm.spring.fallback;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant. */
final class Nearest {
  private Nearest() {}

  /** One of the names that differs in few letters; empty if none does. */
  static Optional<String> to(String name, Collection<String> names) {
    return names.stream()
        .filter(other -> distance(name, other) <= Math.max(2, name.length() / 3))
        .min(Comparator.comparingInt(other -> distance(name, other)));
  }

  /** A question to put behind a sentence; empty if no name is near. */
  static String question(String name, Collection<String> names) {
    return to(name, names).map(near -> " Did you mean \"" + near + "\"?").orElse("");
  }

  /** Letters to insert, delete or replace, whatever their case. */
  private static int distance(String one, String two) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = two.toLowerCase(Locale.ROOT);
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
