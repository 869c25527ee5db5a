package io.github.resilientllm.examples.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What a command reads from and writes to.
 *
 * @param in what the user types
 * @param out answers and results
 * @param err mistakes
 * @param interactive whether a person sits at a terminal: only then are lines redrawn, colours used
 *     and prompts shown
 */
public record Screen(BufferedReader in, PrintStream out, PrintStream err, boolean interactive) {

  /** The terminal or the pipes of this process. */
  @SuppressWarnings("SystemConsoleNull") // null on 17; isTerminal asks what the newer JDKs know
  public static Screen ofProcess() {
    Console console = System.console();
    Charset charset = console == null ? StandardCharsets.UTF_8 : console.charset();
    return new Screen(
        new BufferedReader(new InputStreamReader(System.in, charset)),
        new PrintStream(System.out, true, charset),
        new PrintStream(System.err, true, charset),
        console != null && isTerminal(console));
  }

  /**
   * Some JDKs from 22 on have a console without a terminal, and a method that tells; 17 has
   * neither.
   */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }
}
