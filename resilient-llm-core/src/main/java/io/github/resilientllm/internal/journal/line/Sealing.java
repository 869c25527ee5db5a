package io.github.resilientllm.internal.journal.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.internal.journal.line.Line.Payload;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Turns bodies into what stands in a line, and back: AES-256-GCM where there are keys. What is
 * sealed opens only as the same entry of the same life of the same conversation, and where there
 * are keys nothing is taken that was not sealed, unless that was asked for.
 */
public final class Sealing {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int IV_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;

  private final @Nullable Keys keys;
  private final boolean plainToo;
  private final SecureRandom random = new SecureRandom();

  public Sealing(@Nullable Keys keys, boolean plainToo) {
    this.keys = keys;
    this.plainToo = plainToo;
  }

  /** A body as it is to be written. */
  public Payload close(String conversation, String file, JournalEntry entry, byte[] body) {
    if (keys == null) {
      return Payload.of(body, null);
    }
    String id = keys.current();
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key(id), new GCMParameterSpec(TAG_BITS, iv));
      cipher.updateAAD(
          context(
              conversation,
              file,
              entry.sequence(),
              entry.name(),
              LineEncoder.name(entry.stateAfter()),
              entry.at().toString()));
      byte[] sealed = Arrays.copyOf(iv, IV_BYTES + cipher.getOutputSize(body.length));
      cipher.doFinal(body, 0, body.length, sealed, IV_BYTES);
      byte[] text = ("\"" + Base64.getEncoder().encodeToString(sealed) + "\"").getBytes(US_ASCII);
      return Payload.of(text, id);
    } catch (GeneralSecurityException e) {
      throw new JournalException(
          Reason.FAILED, "An entry could not be sealed with the key '%s'".formatted(id), e);
    }
  }

  /** A body as it was before. */
  public String open(Path file, String conversation, Line.Entry entry) {
    Payload payload = entry.payload();
    if (payload.key() == null) {
      if (keys != null && !plainToo) {
        throw new JournalException(
            Reason.DAMAGED,
            "Entry %d of %s is not sealed although the journal has keys: somebody wrote it without. If that was you, before there were keys, allow it with readPlainToo()"
                .formatted(entry.sequence(), file));
      }
      return payload.text(UTF_8);
    }
    SecretKey key = key(payload.key());
    String quoted = payload.text(US_ASCII);
    try {
      byte[] sealed = Base64.getDecoder().decode(quoted.substring(1, quoted.length() - 1));
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, IV_BYTES));
      cipher.updateAAD(
          context(
              conversation,
              entry.file(),
              entry.sequence(),
              entry.name(),
              LineEncoder.name(entry.state()),
              entry.at()));
      return new String(cipher.doFinal(sealed, IV_BYTES, sealed.length - IV_BYTES), UTF_8);
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new JournalException(
          Reason.DAMAGED,
          "Entry %d of %s does not open: it was sealed with another key that is called '%s' too, or for another place, time or life of it. Give the right key"
              .formatted(entry.sequence(), file, payload.key()),
          e);
    } catch (GeneralSecurityException e) {
      throw new JournalException(
          Reason.FAILED, "Entry %d of %s could not be opened".formatted(entry.sequence(), file), e);
    }
  }

  private SecretKey key(String id) {
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

  /** What must be the same when it is opened; each part with its length, so that none shifts. */
  private static byte[] context(
      String conversation, String file, long sequence, String kind, String state, String at) {
    byte[][] parts = {
      LineEncoder.utf8(conversation),
      file.getBytes(US_ASCII),
      ByteBuffer.allocate(Long.BYTES).putLong(sequence).array(),
      kind.getBytes(US_ASCII),
      state.getBytes(US_ASCII),
      at.getBytes(US_ASCII)
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
