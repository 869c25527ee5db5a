package io.github.resilientllm.internal.journal.line;

import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** The keys that bodies are sealed with. */
public interface Keys {

  /** The id of the key for new entries. */
  String current();

  /** A key by its id; null if it is not known. */
  @Nullable SecretKey key(String id);
}
