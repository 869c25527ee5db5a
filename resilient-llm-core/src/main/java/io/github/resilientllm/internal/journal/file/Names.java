package io.github.resilientllm.internal.journal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The names of files: any id becomes one that every file system takes, that tells upper from lower
 * case where the file system does not, and that leads nowhere else.
 */
public final class Names {
  public static final String LOCK = ".lock";
  private static final String PREFIX = "c-"; // no reserved name begins so, no option, no dot
  private static final String SUFFIX = ".jsonl";
  private static final String TEMPORARY = ".tmp";
  private static final String DAMAGED = ".damaged-";
  private static final String CUT = ".cut-";

  /** Together with the suffixes well below the 143 bytes that an encrypted file system allows. */
  private static final int LONGEST = 120;

  private static final int KEPT_OF_LONG = 60;
  private static final int HASH_CHARS = 32;

  private Names() {}

  /** The file of a conversation. */
  public static Path file(Path directory, String conversation) {
    return directory.resolve(encode(conversation) + SUFFIX);
  }

  /** Where a new version of a file is written before it takes its name. */
  public static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + TEMPORARY);
  }

  /** Where a damaged version of a file is set aside. */
  public static Path damaged(Path file, int number) {
    return file.resolveSibling(file.getFileName() + DAMAGED + number);
  }

  /** Where the end of a file is set aside that was cut off. */
  public static Path cut(Path file, int number) {
    return file.resolveSibling(file.getFileName() + CUT + number);
  }

  /** Whether a file is called as the one of this conversation. */
  public static boolean isNameOf(Path file, String conversation) {
    return String.valueOf(file.getFileName()).equals(encode(conversation) + SUFFIX);
  }

  /** Whether a file is a new version in the making, or what a crash left of one. */
  public static boolean isTemporary(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX + TEMPORARY);
  }

  /** The file that a new version in the making will be. */
  public static Path target(Path temporary) {
    String name = String.valueOf(temporary.getFileName());
    return temporary.resolveSibling(name.substring(0, name.length() - TEMPORARY.length()));
  }

  /** Whether a file holds a conversation. */
  public static boolean isConversation(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
  }

  /** The byte of the lock file that stands for a conversation's file, 0 to 2^62. */
  public static long lockPosition(Path file) {
    byte[] hash = sha256(String.valueOf(file.getFileName()));
    long position = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      position = (position << 8) | (hash[i] & 0xFF);
    }
    return position >>> 2;
  }

  public static String encode(String id) {
    StringBuilder name = new StringBuilder(PREFIX);
    id.codePoints().forEach(c -> encode(c, name));
    if (name.length() <= LONGEST) {
      return name.toString();
    }
    String hash = HexFormat.of().formatHex(sha256(name.toString()));
    return name.substring(0, KEPT_OF_LONG) + "~" + hash.substring(0, HASH_CHARS);
  }

  private static void encode(int c, StringBuilder name) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
      name.append((char) c);
      return;
    }
    for (byte b : utf8(c)) {
      name.append('=').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
  }

  /** Also of half a surrogate pair, which has no UTF-8 of its own: an id is any string. */
  private static byte[] utf8(int c) {
    if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
      return Character.toString(c).getBytes(UTF_8);
    }
    return new byte[] {
      (byte) (0xE0 | (c >> 12)), (byte) (0x80 | ((c >> 6) & 0x3F)), (byte) (0x80 | (c & 0x3F))
    };
  }

  /** The id in a file's name; the name itself where it holds only a part of the id. */
  public static String id(Path file) {
    String id = decode(file);
    return id == null ? String.valueOf(file.getFileName()) : id;
  }

  private static @Nullable String decode(Path file) {
    String name = String.valueOf(file.getFileName());
    String encoded = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
    ByteArrayOutputStream id = new ByteArrayOutputStream();
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '=') {
        id.write(c);
        continue;
      }
      if (i + 3 > encoded.length() || !encoded.substring(i + 1, i + 3).matches("[0-9A-F]{2}")) {
        return null;
      }
      id.write(HexFormat.fromHexDigits(encoded, i + 1, i + 3));
      i += 2;
    }
    String decoded = id.toString(UTF_8);
    return (encode(decoded) + SUFFIX).equals(name) ? decoded : null;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256", e);
    }
  }
}
