package io.github.resilientllm.internal.journal.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.internal.journal.line.Line.Payload;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.Sealing;
import java.nio.file.Path;
import java.util.Base64;

/** Bodies to what stands in a line, and back: sealed ones are base64 in quotes. */
public final class Payloads {
  private static final byte[] UNREADABLE = new byte[0]; // opens as nothing

  private final Sealing sealing;

  public Payloads(Sealing sealing) {
    this.sealing = sealing;
  }

  /** A body as it is to be written. */
  public Payload close(String conversation, String file, JournalEntry entry, byte[] body) {
    String key = sealing.currentKey().orElse(null);
    if (key == null) {
      return Payload.of(body, null);
    }
    Sealing.Place place =
        new Sealing.Place(
            conversation,
            file,
            entry.sequence(),
            entry.name(),
            LineEncoder.name(entry.stateAfter()),
            entry.at().toString());
    String sealed = Base64.getEncoder().encodeToString(sealing.close(key, place, body));
    return Payload.of(("\"" + sealed + "\"").getBytes(US_ASCII), key);
  }

  /** A body as it was before. */
  public String open(Path file, String conversation, Line.Entry entry) {
    Payload payload = entry.payload();
    Sealing.Place place =
        new Sealing.Place(
            conversation,
            entry.file(),
            entry.sequence(),
            entry.name(),
            LineEncoder.name(entry.state()),
            entry.at());
    byte[] stored =
        payload.key() == null
            ? payload.text(UTF_8).getBytes(UTF_8)
            : unquoted(payload.text(US_ASCII));
    return new String(sealing.open(payload.key(), place, stored, file.toString()), UTF_8);
  }

  private static byte[] unquoted(String text) {
    try {
      return Base64.getDecoder().decode(text.substring(1, text.length() - 1));
    } catch (IllegalArgumentException e) {
      return UNREADABLE;
    }
  }
}
