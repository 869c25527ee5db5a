package io.github.resilientllm.postgres.internal.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.Sealing;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Work and answers as they are stored, and back: sealed where there are keys, with a checksum. */
final class Contents {
  /** The kinds of content, which it is sealed for. */
  static final String WORK = "outbox.work";

  static final String ANSWER = "outbox.answer";

  private final Sealing sealing;

  Contents(Sealing sealing) {
    this.sealing = sealing;
  }

  /** Content as it is stored. The array is not copied, and nobody writes to it. */
  static final class Stored {
    private final @Nullable String key;
    private final long crc;
    private final byte[] bytes;

    Stored(@Nullable String key, long crc, byte[] bytes) {
      this.key = key;
      this.crc = crc;
      this.bytes = bytes;
    }

    /** Of what it is sealed with; null if it is not. */
    @Nullable String key() {
      return key;
    }

    long crc() {
      return crc;
    }

    byte[] bytes() {
      return bytes;
    }

    /** Whether it is what was written for an item. */
    boolean isSound(String storedId, String kind) {
      return crc == checksum(storedId, kind, key, bytes);
    }
  }

  /** What is stored of a text. */
  Stored stored(String id, String storedId, String kind, String text) {
    byte[] plain =
        JournalEntry.other(1, Instant.EPOCH, kind, ConversationState.IDLE, text).bodyBytes();
    try {
      String key = sealing.currentKey().orElse(null);
      byte[] bytes = key == null ? plain : sealing.close(key, place(id, kind), plain);
      return new Stored(key, checksum(storedId, kind, key, bytes), bytes);
    } catch (JournalException e) {
      throw told(e);
    }
  }

  /**
   * The text again.
   *
   * @throws OutboxException {@code DAMAGED} if it is not what was written, {@code FAILED} if its
   *     key is not known
   */
  String text(String id, String storedId, String kind, Stored stored) {
    if (!stored.isSound(storedId, kind)) {
      throw new OutboxException(Reason.DAMAGED, "its %s has a wrong checksum".formatted(kind));
    }
    try {
      return new String(
          sealing.open(stored.key, place(id, kind), stored.bytes, "the outbox's item " + storedId),
          UTF_8);
    } catch (JournalException e) {
      throw told(e);
    }
  }

  /** An item's id is never used again, so that is all that it has to be sealed for. */
  private static Sealing.Place place(String id, String kind) {
    return new Sealing.Place(id, "outbox", 1, kind, "", "");
  }

  private static OutboxException told(JournalException e) {
    Reason reason = e.reason() == JournalException.Reason.DAMAGED ? Reason.DAMAGED : Reason.FAILED;
    return new OutboxException(reason, String.valueOf(e.getMessage()), e);
  }

  private static long checksum(String storedId, String kind, @Nullable String key, byte[] bytes) {
    CRC32C sum = new CRC32C();
    for (String text : new String[] {storedId, kind, Optional.ofNullable(key).orElse("")}) {
      sum.update(text.getBytes(UTF_8));
      sum.update(0);
    }
    sum.update(bytes);
    return sum.getValue();
  }
}
