package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came over the wire.
 *
 * @param query what follows the path after a question mark; empty if nothing
 * @param headers by name in small letters
 */
record HttpRequest(
    String method, String path, String query, Map<String, String> headers, String body) {
  private static final int MOST_HEAD = 64 << 10;
  private static final int MOST_BODY = 32 << 20;
  private static final List<String> KEYS = List.of("x-api-key", "x-goog-api-key", "api-key");
  private static final Set<String> SECRETS =
      Set.of("authorization", "proxy-authorization", "cookie", "x-amz-security-token");

  /** Reads the next request; null at the end of the connection. */
  static @Nullable HttpRequest read(InputStream in) throws IOException {
    String start = line(in);
    if (start == null) {
      return null;
    }
    String[] words = start.split(" ", 3);
    if (words.length < 3) {
      throw new IOException("not a request: " + start.length() + " characters");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = needed(line(in)); !line.isEmpty(); line = needed(line(in))) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      if (headers.size() > 200) {
        throw new IOException("more than 200 headers");
      }
    }
    boolean chunked = "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
    byte[] body =
        chunked ? chunks(in) : bytes(in, number(headers.getOrDefault("content-length", "0"), 10));
    String[] target = words[1].split("\\?", 2);
    String query = target.length > 1 ? target[1] : "";
    return new HttpRequest(words[0], target[0], query, headers, new String(body, UTF_8));
  }

  /** The key that it brings, wherever vendors have it; empty if none. */
  String key() {
    String bearer = headers.getOrDefault("authorization", "");
    if (bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return bearer.substring(7).strip();
    }
    if (bearer.startsWith("AWS4-HMAC-SHA256 Credential=")) {
      return bearer.substring(bearer.indexOf('=') + 1).split("/", 2)[0];
    }
    for (String name : KEYS) {
      String key = headers.get(name);
      if (key != null) {
        return key;
      }
    }
    return "";
  }

  /** Those that hold neither a key nor another secret. */
  Map<String, String> otherHeaders() {
    Map<String, String> others = new HashMap<>(headers);
    others.keySet().removeAll(KEYS);
    others.keySet().removeAll(SECRETS);
    return others;
  }

  boolean isLast() {
    return "close".equalsIgnoreCase(headers.get("connection"));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int size = number(needed(line(in)).split(";", 2)[0].strip(), 16);
      byte[] chunk = bytes(in, size);
      needed(line(in));
      if (size == 0) {
        return all.toByteArray();
      }
      all.writeBytes(chunk);
      if (all.size() > MOST_BODY) {
        throw new IOException("a body of more than " + MOST_BODY + " bytes");
      }
    }
  }

  private static byte[] bytes(InputStream in, int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the client left in the middle of its request");
    }
    return bytes;
  }

  private static int number(String text, int radix) throws IOException {
    try {
      int number = Integer.parseInt(text, radix);
      if (number >= 0 && number <= MOST_BODY) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException("a length that is no number", e);
    }
    throw new IOException("a body of more than " + MOST_BODY + " bytes");
  }

  private static String needed(@Nullable String line) throws IOException {
    if (line == null) {
      throw new EOFException("the client left in the middle of its request");
    }
    return line;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return line.size() == 0 ? null : line.toString(ISO_8859_1);
      }
      line.write(next);
      if (line.size() > MOST_HEAD) {
        throw new IOException("a line of more than " + MOST_HEAD + " bytes");
      }
    }
    return line.toString(ISO_8859_1).strip();
  }

  /** Without query, key and body. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
