package io.github.resilientllm.okhttp.internal.identity;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a vendor wants with each request, wherever it comes from. Its text does not show it. Safe
 * for several threads, as what it is made of has to be.
 */
public final class Secret {
  private final Supplier<CompletableFuture<String>> source;
  private final boolean rotates;
  private final Consumer<String> refusal;

  private Secret(
      Supplier<CompletableFuture<String>> source, boolean rotates, Consumer<String> refusal) {
    this.source = source;
    this.rotates = rotates;
    this.refusal = refusal;
  }

  /** One that stays the same. */
  public static Secret of(String value) {
    CompletableFuture<String> known = CompletableFuture.completedFuture(value);
    return new Secret(() -> known, false, refused -> {});
  }

  /**
   * One that changes over time.
   *
   * @param source starts to ask for the one that serves now
   * @param refusal is told of one that the vendor did not accept
   */
  public static Secret changing(
      Supplier<CompletableFuture<String>> source, Consumer<String> refusal) {
    return new Secret(source, true, refusal);
  }

  /** Whether another look may give another value. */
  public boolean rotates() {
    return rotates;
  }

  /** The value; fails if what was supplied is none. */
  public CompletableFuture<String> value() {
    return source.get();
  }

  /** Is told of a value that the vendor did not accept. */
  void refused(String value) {
    refusal.accept(value);
  }

  @Override
  public String toString() {
    return "Secret[hidden]";
  }
}
