package io.github.resilientllm.examples.cli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;

/** A screen that a test types into and reads from. */
public final class Terminal {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Screen screen;

  private Terminal(String typed, boolean interactive) {
    this.screen =
        new Screen(
            new BufferedReader(new StringReader(typed)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            interactive);
  }

  /** A pipe that delivers these lines. */
  public static Terminal piped(String... lines) {
    return new Terminal(String.join("\n", lines), false);
  }

  /** A person who types these lines. */
  public static Terminal typed(String... lines) {
    return new Terminal(String.join("\n", lines), true);
  }

  public Screen screen() {
    return screen;
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
