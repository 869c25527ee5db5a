package io.github.resilientllm.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.resilientllm.journal.JournalException.Reason;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Turns bodies into what a journal stores, and back: AES-256-GCM where there are keys. For those
 * who write a {@link Journal}.
 *
 * <p>What is sealed opens only as the same entry of the same life of the same conversation, and
 * where there are keys nothing is taken that was not sealed, unless that was asked for. It is a
 * 12-byte nonce, drawn at random, the ciphertext and a 16-byte tag. It is safe for use by several
 * threads.
 */
public final class Sealing {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;
  private static final Sealing NONE = new Sealing(null, false);

  private final @Nullable Encryption keys;
  private final boolean plainToo;
  private final SecureRandom random = new SecureRandom();

  private Sealing(@Nullable Encryption keys, boolean plainToo) {
    this.keys = keys;
    this.plainToo = plainToo;
  }

  /** Leaves bodies as they are; what is sealed is refused. */
  public static Sealing none() {
    return NONE;
  }

  /** Seals bodies with these keys. */
  public static Sealing with(Encryption keys) {
    return new Sealing(Objects.requireNonNull(keys, "keys"), false);
  }

  /** The same, but taking bodies too that are not sealed. */
  public Sealing readingPlainToo() {
    return new Sealing(keys, true);
  }

  /**
   * The entry that a body belongs to: what must be the same when it is opened.
   *
   * @param conversation the id
   * @param incarnation the life of the conversation, in ASCII
   * @param sequence the entry's number
   * @param kind the kind's name, in ASCII
   * @param state the name of the state after it, in ASCII
   * @param at when it happened, as {@link java.time.Instant#toString} has it
   */
  public record Place(
      String conversation,
      String incarnation,
      long sequence,
      String kind,
      String state,
      String at) {}

  /**
   * The id of the key for new entries; empty if they are not sealed.
   *
   * @throws IllegalArgumentException if the application's id is none
   */
  public Optional<String> currentKey() {
    if (keys == null) {
      return Optional.empty();
    }
    String id = keys.currentKey();
    if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "A key's id is 1 to 64 letters, digits, dots, dashes and underscores, not '%s'"
              .formatted(id));
    }
    return Optional.of(id);
  }

  /**
   * A body as it is to be stored.
   *
   * @param key the id of the key
   * @throws JournalException {@code FAILED} if the key is not known or not of 32 bytes
   */
  public byte[] close(String key, Place place, byte[] body) {
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, secret(key), new GCMParameterSpec(TAG_BITS, iv));
      cipher.updateAAD(context(place));
      byte[] sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(body.length));
      cipher.doFinal(body, 0, body.length, sealed, IV_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new JournalException(
          Reason.FAILED, "An entry could not be sealed with the key '%s'".formatted(key), e);
    }
  }

  /**
   * A body as it was before.
   *
   * @param key the id of the key it was sealed with; null if it was not
   * @param where the place in the store, for people
   * @throws JournalException {@code FAILED} if the key is not known, {@code DAMAGED} if it does not
   *     open, or is not sealed and should be
   */
  public byte[] open(@Nullable String key, Place place, byte[] stored, String where) {
    if (key == null) {
      if (keys != null && !plainToo) {
        throw new JournalException(
            Reason.DAMAGED,
            "Entry %d of %s is not sealed although the journal has keys: somebody wrote it without. If that was you, before there were keys, allow it with readPlainToo()"
                .formatted(place.sequence(), where));
      }
      return stored;
    }
    SecretKey secret = secret(key);
    try {
      if (stored.length < IV_BYTES) {
        throw new AEADBadTagException("too short");
      }
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.DECRYPT_MODE, secret, new GCMParameterSpec(TAG_BITS, stored, 0, IV_BYTES));
      cipher.updateAAD(context(place));
      return cipher.doFinal(stored, IV_BYTES, stored.length - IV_BYTES);
    } catch (AEADBadTagException e) {
      throw new JournalException(
          Reason.DAMAGED,
          "Entry %d of %s does not open: it was sealed with another key that is called '%s' too, or for another place, time or life of it. Give the right key"
              .formatted(place.sequence(), where, key),
          e);
    } catch (GeneralSecurityException e) {
      throw new JournalException(
          Reason.FAILED,
          "Entry %d of %s could not be opened".formatted(place.sequence(), where),
          e);
    }
  }

  private SecretKey secret(String id) {
    SecretKey key = keys == null ? null : keys.key(id);
    if (key == null) {
      throw new JournalException(
          Reason.FAILED,
          "The key '%s' is not known; give it to the journal's encryption".formatted(id));
    }
    byte[] bytes = key.getEncoded(); // null if it stays in hardware
    if (bytes != null && bytes.length != KEY_BYTES) {
      throw new JournalException(
          Reason.FAILED, "The key '%s' has %d bytes, not 32".formatted(id, bytes.length));
    }
    return key;
  }

  /** Each part with its length, so that none shifts. */
  private static byte[] context(Place place) {
    byte[][] parts = {
      JournalEntry.utf8(place.conversation),
      place.incarnation.getBytes(US_ASCII),
      ByteBuffer.allocate(Long.BYTES).putLong(place.sequence).array(),
      place.kind.getBytes(US_ASCII),
      place.state.getBytes(US_ASCII),
      place.at.getBytes(US_ASCII)
    };
    int length = 0;
    for (byte[] part : parts) {
      length += Integer.BYTES + part.length;
    }
    ByteBuffer context = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      context.putInt(part.length).put(part);
    }
    return context.array();
  }
}
