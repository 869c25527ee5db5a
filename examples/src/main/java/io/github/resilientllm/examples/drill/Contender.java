package io.github.resilientllm.examples.drill;

/** A client that works through the drill; used by many threads at once. */
interface Contender {

  /**
   * What a caller was given as the answer.
   *
   * @param text all that was shown
   * @param by who answered
   */
  record Heard(String text, String by) {}

  /**
   * Asks and waits for the end.
   *
   * @return what this client takes for the whole answer, rightly or not
   * @throws Exception if it says itself that it failed
   */
  Heard ask(Ask ask) throws Exception;
}
