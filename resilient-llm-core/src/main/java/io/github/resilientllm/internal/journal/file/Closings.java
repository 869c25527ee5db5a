package io.github.resilientllm.internal.journal.file;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of this process whose logs were closed and have not ended yet. Whoever needs the lock
 * of one waits for that end instead of being refused, whichever journal of the process it asks.
 */
public final class Closings {
  private static final Map<File, CompletableFuture<Void>> PENDING = new ConcurrentHashMap<>();

  private Closings() {}

  /**
   * A conversation's file.
   *
   * @param directory {@linkplain Disk#key what tells the directory from others}
   */
  public record File(Object directory, Path name) {}

  /** Notes that a log was closed, before it can end. Does no I/O. */
  public static void add(File file, CompletableFuture<Void> end) {
    PENDING.put(file, end);
    CompletableFuture<?> unused = end.whenComplete((done, failure) -> PENDING.remove(file, end));
  }

  /** What is to be waited for; null if there is nothing. */
  public static @Nullable CompletableFuture<Void> of(File file) {
    CompletableFuture<Void> end = PENDING.get(file);
    return end == null || end.isDone() ? null : end;
  }
}
