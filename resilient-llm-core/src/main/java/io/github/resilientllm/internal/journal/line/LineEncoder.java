package io.github.resilientllm.internal.journal.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.resilientllm.internal.journal.line.Line.Payload;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/** Writes lines: a checksum, a space, one JSON object, a line feed. */
public final class LineEncoder {
  public static final String FORMAT = "resilient-llm-journal";
  public static final int VERSION = 1;

  /** Hex digits of the checksum and the space after them. */
  public static final int PREFIX = 9;

  /** How a short line begins, and goes on after the entry's number. */
  public static final String SHORT_N = "{\"n\":";

  public static final String SHORT_MS = ",\"ms\":";

  private static final Payload NOTHING = Payload.of(new byte[0], null);
  private static final Map<ConversationState, String> STATES =
      Arrays.stream(ConversationState.values())
          .collect(toUnmodifiableMap(c -> c, c -> c.name().toLowerCase(Locale.ROOT)));
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private LineEncoder() {}

  /** A header; as long with any other number of safe bytes, so that it can be written last. */
  public static byte[] header(Line.Header header) {
    StringBuilder json = new StringBuilder(160 + header.conversation().length());
    json.append("{\"format\":\"").append(FORMAT).append("\",\"version\":").append(VERSION);
    json.append(",\"conversation\":\"");
    escape(header.conversation(), json);
    json.append("\",\"file\":\"").append(header.file()).append("\",\"safe\":");
    json.append("%-15d".formatted(header.safe())); // white space that JSON allows after a number
    json.append(",\"at\":\"").append(header.at()).append("\"}");
    return line(json.toString().getBytes(UTF_8), NOTHING, "");
  }

  public static byte[] mark(Line.Mark mark) {
    String json =
        "{\"file\":\"%s\",\"safe\":%d,\"streamed\":%d}"
            .formatted(mark.file(), mark.safe(), mark.streamed());
    return line(json.getBytes(US_ASCII), NOTHING, "");
  }

  public static byte[] entry(Line.Entry entry) {
    StringBuilder json = new StringBuilder(256);
    json.append("{\"n\":").append(entry.sequence());
    json.append(",\"file\":\"").append(entry.file());
    json.append("\",\"safe\":").append(entry.safe());
    json.append(",\"at\":\"").append(entry.at());
    json.append("\",\"kind\":\"").append(entry.name());
    json.append("\",\"state\":\"").append(name(entry.state())).append('"');
    if (entry.more() > 0) {
      json.append(",\"more\":").append(entry.more());
    }
    if (entry.gap().from() != 0) {
      json.append(entry.gap().lost() ? ",\"lost\":" : ",\"since\":").append(entry.gap().from());
    }
    Payload payload = entry.payload();
    if (payload.key() == null) {
      json.append(",\"body\":");
    } else {
      json.append(",\"key\":\"").append(payload.key()).append("\",\"sealed\":");
    }
    return line(json.toString().getBytes(US_ASCII), payload, "}");
  }

  /**
   * Whether an entry may be written short: more of an answer, in the clear, a whole number of
   * milliseconds after the entry before it.
   */
  public static boolean canBeShort(Line.Entry entry, long millis) {
    return entry.kind() == Kind.PROGRESS
        && entry.state() == ConversationState.STREAM_INTERRUPTED
        && entry.gap().from() == 0
        && entry.more() == 0
        && millis >= 0
        && entry.payload().isPlainObject();
  }

  /**
   * A line for an entry that says little, of which there are many: its fields and the body's are
   * one object, and its checksum covers the file's name that it leaves out.
   *
   * @param millis since the entry before it
   */
  public static byte[] shortEntry(Line.Entry entry, long millis) {
    byte[] head = (SHORT_N + entry.sequence() + SHORT_MS + millis + ",").getBytes(US_ASCII);
    byte[] line = new byte[PREFIX + head.length + entry.payload().length()];
    System.arraycopy(head, 0, line, PREFIX, head.length);
    entry.payload().copyFieldsTo(line, PREFIX + head.length);
    return finished(entry.file(), line);
  }

  private static byte[] line(byte[] head, Payload payload, String tail) {
    byte[] line = new byte[PREFIX + head.length + payload.length() + tail.length() + 1];
    System.arraycopy(head, 0, line, PREFIX, head.length);
    payload.copyTo(line, PREFIX + head.length);
    if (!tail.isEmpty()) {
      line[line.length - 2] = (byte) tail.charAt(0);
    }
    return finished("", line);
  }

  private static byte[] finished(String unsaid, byte[] line) {
    line[line.length - 1] = '\n';
    CRC32C crc = new CRC32C();
    crc.update(unsaid.getBytes(UTF_8));
    crc.update(line, PREFIX, line.length - 1 - PREFIX);
    long sum = crc.getValue();
    for (int i = PREFIX - 2; i >= 0; i--) {
      line[i] = HEX[(int) (sum & 0xF)];
      sum >>>= 4;
    }
    line[PREFIX - 1] = ' ';
    return line;
  }

  /** How a state is called in a file. */
  public static String name(ConversationState state) {
    return Objects.requireNonNull(STATES.get(state));
  }

  private static void escape(String text, StringBuilder json) {
    text.codePoints()
        .forEach(
            c -> {
              if (c < ' ' || c == '"' || c == '\\' || c == 0x7F) {
                unicode(c, json);
              } else {
                appendWhole(c, json);
              }
            });
  }

  private static void appendWhole(int c, StringBuilder json) {
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      unicode(c, json);
    } else {
      json.appendCodePoint(c);
    }
  }

  private static void unicode(int c, StringBuilder json) {
    json.append("\\u").append(HexFormat.of().toHexDigits((char) c));
  }
}
