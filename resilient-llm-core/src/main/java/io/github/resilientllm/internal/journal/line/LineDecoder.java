package io.github.resilientllm.internal.journal.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.internal.journal.line.Line.Gap;
import io.github.resilientllm.internal.journal.line.Line.Payload;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of one file, in their order, for short lines say less than they mean; one is used
 * by one thread.
 */
public final class LineDecoder {
  private static final String HEX = "0123456789abcdef"; // upper case would hide a flipped bit
  private static final JsonFactory JSON = new JsonFactory();
  private static final Map<String, Kind> KINDS =
      byName(Arrays.stream(Kind.values()).filter(k -> k != Kind.OTHER).toArray(Kind[]::new));
  private static final Map<String, ConversationState> STATES =
      byName(
          Arrays.stream(ConversationState.values())
              .filter(state -> state != ConversationState.UNKNOWN)
              .toArray(ConversationState[]::new));
  private static final byte[] SHORT_N = LineEncoder.SHORT_N.getBytes(US_ASCII);
  private static final byte[] SHORT_MS = LineEncoder.SHORT_MS.getBytes(US_ASCII);
  private static final int MOST_DIGITS = 18;

  private final CRC32C crc = new CRC32C();

  // What the lines before said.
  private @Nullable String knownFile;
  private String lastAt = "";

  // What the fields of the present line said.
  private @Nullable String format;
  private @Nullable String conversation;
  private @Nullable String file;
  private @Nullable String at;
  private @Nullable String key;
  private @Nullable String kind;
  private @Nullable String state;
  private Gap gap = Gap.NONE;
  private int version;
  private int more;
  private long sequence;
  private long safe;
  private long streamed;
  private int payloadFrom;

  /** A decoder at the beginning of a file. */
  public LineDecoder() {}

  /** A decoder in the middle of a file; the instant of the entry before is empty if not known. */
  public LineDecoder(String file, String lastAt) {
    this.knownFile = file;
    this.lastAt = lastAt;
  }

  /** The instant of the last entry; empty if there was none that says it. */
  public String lastAt() {
    return lastAt;
  }

  /**
   * A line, without its line feed.
   *
   * @return null if it is none: its checksum is wrong
   */
  public @Nullable Line decode(byte[] bytes, int from, int to) {
    int json = from + LineEncoder.PREFIX;
    if (to - json < 2 || bytes[json - 1] != ' ') {
      return null;
    }
    Line line = shortEntry(bytes, from, to);
    if (line == null) {
      if (!checksumIsRight(bytes, from, to, "")) {
        return null;
      }
      line = parsed(bytes, json, to);
    }
    if (!(line instanceof Line.Unknown) && knownFile == null) {
      knownFile = line.file();
    }
    if (line instanceof Line.Entry entry) {
      lastAt = entry.at();
    }
    return line;
  }

  private boolean checksumIsRight(byte[] bytes, int from, int to, String unsaid) {
    long stated = 0;
    for (int i = from; i < from + LineEncoder.PREFIX - 1; i++) {
      int digit = HEX.indexOf(bytes[i]);
      if (digit < 0) {
        return false;
      }
      stated = (stated << 4) | digit;
    }
    int json = from + LineEncoder.PREFIX;
    crc.reset();
    if (!unsaid.isEmpty()) {
      crc.update(unsaid.getBytes(UTF_8));
    }
    crc.update(bytes, json, to - json);
    return stated == crc.getValue();
  }

  /** A short line; null if it is none. */
  private @Nullable Line shortEntry(byte[] bytes, int from, int to) {
    String its = knownFile;
    int n = from + LineEncoder.PREFIX + SHORT_N.length;
    int ms = afterNumber(bytes, n, to);
    if (its == null
        || ms < 0
        || !hasAt(bytes, n - SHORT_N.length, to, SHORT_N)
        || !hasAt(bytes, ms, to, SHORT_MS)) {
      return null;
    }
    int body = afterNumber(bytes, ms + SHORT_MS.length, to);
    if (body < 0 || bytes[body] != ',' || !checksumIsRight(bytes, from, to, its)) {
      return null;
    }
    return new Line.Entry(
        number(bytes, n),
        its,
        0,
        later(number(bytes, ms + SHORT_MS.length)),
        Kind.PROGRESS,
        "progress",
        ConversationState.STREAM_INTERRUPTED,
        Gap.NONE,
        0,
        Payload.headless(bytes, body + 1, to));
  }

  private String later(long millis) {
    try {
      return lastAt.isEmpty() ? "" : Instants.parse(lastAt).plusMillis(millis).toString();
    } catch (DateTimeException | ArithmeticException e) {
      return "";
    }
  }

  private static boolean hasAt(byte[] bytes, int at, int to, byte[] text) {
    return at + text.length <= to
        && Arrays.equals(bytes, at, at + text.length, text, 0, text.length);
  }

  /** Where a number ends that begins here; -1 if none does, or nothing follows it. */
  private static int afterNumber(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at == from || at >= to || at - from > MOST_DIGITS ? -1 : at;
  }

  private static long number(byte[] bytes, int from) {
    long number = 0;
    for (int i = from; bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }

  private Line parsed(byte[] bytes, int json, int to) {
    clear();
    try (JsonParser parser = JSON.createParser(bytes, json, to - json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return unknown("a line that is no object");
      }
      while (payloadFrom == 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser, json);
      }
    } catch (IOException | IllegalStateException e) {
      return unknown("a line of another form");
    }
    return line(bytes, to);
  }

  private void clear() {
    format = conversation = file = at = key = kind = state = null;
    gap = Gap.NONE;
    version = more = 0;
    sequence = safe = 0;
    streamed = -1;
    payloadFrom = 0;
  }

  private void field(JsonParser parser, int json) throws IOException {
    String name = parser.currentName();
    parser.nextToken();
    switch (name) {
      case "format" -> format = parser.getValueAsString();
      case "version" -> version = parser.getIntValue();
      case "conversation" -> conversation = parser.getValueAsString();
      case "file" -> file = parser.getValueAsString();
      case "safe" -> safe = parser.getLongValue();
      case "streamed" -> streamed = parser.getLongValue();
      case "n" -> sequence = parser.getLongValue();
      case "at" -> at = parser.getValueAsString();
      case "kind" -> kind = parser.getText();
      case "state" -> state = parser.getText();
      case "more" -> more = parser.getIntValue();
      case "since" -> gap = new Gap(parser.getLongValue(), false);
      case "lost" -> gap = new Gap(parser.getLongValue(), true);
      case "key" -> key = parser.getValueAsString();
      // Always the last field, so the rest of the line is its value; only its owner parses it.
      case "body", "sealed" ->
          payloadFrom = json + (int) parser.currentTokenLocation().getByteOffset();
      default -> parser.skipChildren();
    }
  }

  private Line line(byte[] bytes, int to) {
    if (format != null && !LineEncoder.FORMAT.equals(format)) {
      return unknown("the format '" + format + "'");
    }
    if (format != null && version != LineEncoder.VERSION) {
      return unknown("version " + version + " of the format");
    }
    if (file == null || safe < 0) {
      return unknown("a line that names no file");
    }
    if (format != null) {
      return conversation == null || at == null
          ? unknown("a header of another form")
          : new Line.Header(conversation, file, safe, at);
    }
    if (sequence == 0 && kind == null) {
      return new Line.Mark(file, safe, streamed);
    }
    return entry(bytes, to);
  }

  private Line entry(byte[] bytes, int to) {
    if (sequence <= 0 || at == null || payloadFrom == 0 || kind == null || state == null) {
      return unknown("an entry of another form");
    }
    boolean isOther = JournalEntry.isOtherName(kind);
    Kind known = isOther ? Kind.OTHER : KINDS.get(kind);
    if (known == null) {
      return unknown("the kind '" + kind + "' of entry " + sequence);
    }
    ConversationState after = STATES.get(state);
    if (after == null) {
      return unknown("the state '" + state + "' after entry " + sequence);
    }
    Payload payload = new Payload(bytes, payloadFrom, to - 1, key);
    return new Line.Entry(
        sequence, String.valueOf(file), safe, at, known, kind, after, gap, more, payload);
  }

  private Line unknown(String what) {
    return new Line.Unknown(file == null ? "" : file, Math.max(0, safe), what);
  }

  private static <E extends Enum<E>> Map<String, E> byName(E[] constants) {
    return Arrays.stream(constants)
        .collect(
            Collectors.toUnmodifiableMap(
                constant -> constant.name().toLowerCase(Locale.ROOT), Function.identity()));
  }
}
