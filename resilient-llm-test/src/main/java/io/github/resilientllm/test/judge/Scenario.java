package io.github.resilientllm.test.judge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A fault by name, played against a client. */
public final class Scenario {
  /** What is done and demanded. */
  @FunctionalInterface
  interface Play {
    void on(Stage stage) throws Exception;
  }

  private final String id;
  private final String title;
  private final boolean hasFallback;
  private final boolean isStreamed;
  private final @Nullable Duration timeout;
  private final Play play;

  Scenario(
      String id,
      String title,
      boolean hasFallback,
      boolean isStreamed,
      @Nullable Duration timeout,
      Play play) {
    this.id = id;
    this.title = title;
    this.hasFallback = hasFallback;
    this.isStreamed = isStreamed;
    this.timeout = timeout;
    this.play = play;
  }

  /** Its name in short, unique within its set. */
  public String id() {
    return id;
  }

  /** What happens. */
  public String title() {
    return title;
  }

  boolean hasFallback() {
    return hasFallback;
  }

  boolean isStreamed() {
    return isStreamed;
  }

  @Nullable Duration timeout() {
    return timeout;
  }

  Play play() {
    return play;
  }

  @Override
  public String toString() {
    return id + " " + title;
  }
}
