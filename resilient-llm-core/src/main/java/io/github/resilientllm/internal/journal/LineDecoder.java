package io.github.resilientllm.internal.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.internal.journal.Line.Gap;
import io.github.resilientllm.internal.journal.Line.Payload;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads lines; one is used by one thread. */
final class LineDecoder {
  private static final String HEX = "0123456789abcdef"; // upper case would hide a flipped bit
  private static final JsonFactory JSON = new JsonFactory();
  private static final Map<String, Kind> KINDS = byName(Kind.values());
  private static final Map<String, ConversationState> STATES = byName(ConversationState.values());

  private final CRC32C crc = new CRC32C();

  // What the fields of the present line said.
  private @Nullable String format;
  private @Nullable String conversation;
  private @Nullable String file;
  private @Nullable String at;
  private @Nullable String key;
  private @Nullable Kind kind;
  private @Nullable ConversationState state;
  private Gap gap = Gap.NONE;
  private int version;
  private long sequence;
  private long safe;
  private int payloadFrom;

  /**
   * A line, without its line feed.
   *
   * @return null if it is none: its checksum is wrong, or a field is missing
   */
  @Nullable Line decode(byte[] bytes, int from, int to) {
    int json = from + LineEncoder.PREFIX;
    if (to - json < 2 || bytes[json - 1] != ' ' || !checksumIsRight(bytes, from, to)) {
      return null;
    }
    clear();
    try (JsonParser parser = JSON.createParser(bytes, json, to - json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (payloadFrom == 0 && parser.nextToken() == JsonToken.FIELD_NAME) {
        field(parser, json);
      }
    } catch (IOException | IllegalStateException e) {
      return null;
    }
    return line(bytes, to);
  }

  private boolean checksumIsRight(byte[] bytes, int from, int to) {
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
    crc.update(bytes, json, to - json);
    return stated == crc.getValue();
  }

  private void clear() {
    format = conversation = file = at = key = null;
    kind = null;
    state = null;
    gap = Gap.NONE;
    version = 0;
    sequence = safe = 0;
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
      case "n" -> sequence = parser.getLongValue();
      case "at" -> at = parser.getValueAsString();
      case "kind" -> kind = KINDS.get(parser.getText());
      case "state" -> state = STATES.get(parser.getText());
      case "since" -> gap = new Gap(parser.getLongValue(), false);
      case "lost" -> gap = new Gap(parser.getLongValue(), true);
      case "key" -> key = parser.getValueAsString();
      // Always the last field, so the rest of the line is its value; only its owner parses it.
      case "body", "sealed" ->
          payloadFrom = json + (int) parser.currentTokenLocation().getByteOffset();
      default -> parser.skipChildren();
    }
  }

  private @Nullable Line line(byte[] bytes, int to) {
    if (LineEncoder.FORMAT.equals(format) && version != LineEncoder.VERSION) {
      return new Line.Header(version, "", "", 0, "");
    }
    if (file == null || safe < 0) {
      return null;
    }
    if (format != null) {
      return conversation == null || at == null || !format.equals(LineEncoder.FORMAT)
          ? null
          : new Line.Header(version, conversation, file, safe, at);
    }
    if (sequence == 0) {
      return new Line.Mark(file, safe);
    }
    if (sequence < 0 || at == null || kind == null || state == null || payloadFrom == 0) {
      return null;
    }
    Payload payload = new Payload(bytes, payloadFrom, to - 1, key);
    return new Line.Entry(sequence, file, safe, at, kind, state, gap, payload);
  }

  private static <E extends Enum<E>> Map<String, E> byName(E[] constants) {
    return Arrays.stream(constants)
        .collect(Collectors.toUnmodifiableMap(LineEncoder::name, Function.identity()));
  }
}
