package io.github.resilientllm.test.vendor;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * One request as the vendor saw it.
 *
 * @param number 1 for the vendor's first
 * @param arrived when it had been read, on the clock of {@link System#nanoTime}
 * @param lasted from then until the vendor was done with it; until now if it is under way
 * @param end how it ended
 * @param status the HTTP status that was sent; 0 if none
 * @param words how many words of an answer were sent
 * @param question what was asked
 * @param path where it was asked; empty where the client left in the handshake of TLS
 * @param key the key that it brought; empty if none
 * @param headers its other headers, by name in small letters
 */
public record Seen(
    int number,
    long arrived,
    Duration lasted,
    End end,
    int status,
    int words,
    Question question,
    String path,
    String key,
    Map<String, String> headers) {

  /** Copies the headers. */
  public Seen {
    headers = Map.copyOf(headers);
  }

  /** How a request ended, for the vendor. */
  public enum End {
    /** It is not over. */
    UNDER_WAY,
    /** All that was to be said was said, and the connection kept. */
    DONE,
    /** The vendor cut or reset the connection. */
    CUT,
    /** The client left before the vendor was done. */
    CLIENT_LEFT
  }

  /** Whether a vendor would bill it: it began to answer. */
  public boolean isBilled() {
    return words > 0;
  }

  /** Without key, headers and texts. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "request %d: %s, %d words sent, %s after %.3f s",
        number,
        status == 0 ? "no status" : "status " + status,
        words,
        end.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        lasted.toNanos() / 1e9);
  }
}
