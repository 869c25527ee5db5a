package io.github.resilientllm.examples.cli;

import java.util.List;

/** The word that a user most likely meant, by edit distance. */
public final class Nearest {
  private Nearest() {}

  /** A hint such as {@code ; did you mean "--seed"?}, or nothing if no word is near. */
  public static String hint(String typed, List<String> known) {
    // Two swapped letters, or a third of them wrong, is a typing error; more is another word.
    int best = Math.max(2, typed.length() / 3) + 1;
    String nearest = "";
    for (String word : known) {
      int distance = distance(typed, word);
      if (distance < best) {
        best = distance;
        nearest = word;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean \"" + nearest + "\"?";
  }

  /** The least number of letters to insert, delete or replace (Levenshtein, one row at a time). */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
