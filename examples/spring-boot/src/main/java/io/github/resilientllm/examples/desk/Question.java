package io.github.resilientllm.examples.desk;

/**
 * What a customer asks.
 *
 * @param key chosen by the page, so that a question that is sent twice is asked once
 * @param text what is asked
 */
record Question(String key, String text) {
  private static final int MAX_KEY = 100;
  private static final int MAX_TEXT = 4000;

  /** Refuses what is empty or too long; the page is then told that its request is a bad one. */
  Question {
    if (key == null || key.isBlank() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException("A key has 1 to " + MAX_KEY + " characters");
    }
    if (text == null || text.isBlank() || text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("A question has 1 to " + MAX_TEXT + " characters");
    }
  }
}
