package io.github.resilientllm.journal;

import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys that bodies are encrypted with, by ids that stand beside them.
 *
 * <p>Every entry is sealed with a nonce of its own, drawn at random, so one key is good for
 * 2<sup>32</sup> entries (about four billion, a piece of a streamed answer being one): change it
 * before. Bodies, numbers, times, kinds and states of entries are authentic then, and each opens
 * only in its own conversation; that the last of them were cut off, no cipher can tell.
 */
public interface Encryption {

  /**
   * The id of the key for new entries: 1 to 64 letters, digits, dots, dashes and underscores.
   * Another id than yesterday's begins to use another key; the old one stays needed for reading.
   */
  String currentKey();

  /** A key of 32 bytes for AES by its id; null if it is not known. Any thread may ask. */
  @Nullable SecretKey key(String id);
}
