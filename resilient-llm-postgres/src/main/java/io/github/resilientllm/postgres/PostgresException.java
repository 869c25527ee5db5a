package io.github.resilientllm.postgres;

import org.jspecify.annotations.Nullable;

/** The database did not do what it was asked. The message names the remedy, never content. */
public final class PostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PostgresException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
