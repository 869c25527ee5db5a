package io.github.resilientllm.internal.outbox.shelf;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.internal.conversation.JsonTree;
import io.github.resilientllm.internal.journal.line.Instants;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.Priority;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is written of items, each a body of an entry. A whole item says all that is known of it; a
 * note says all that can change, so that the last one is enough.
 */
final class ItemRecord {
  /** The names of entries. */
  static final String ITEM = "outbox.item";

  static final String NOTE = "outbox.note";
  static final String TAKEN = "outbox.taken";
  static final String GONE = "outbox.gone";
  static final String PAUSED = "outbox.paused";

  private static final String WORK = "work";
  private static final String ANSWER = "answer";
  private static final Set<String> CONTENT = Set.of(WORK, ANSWER);

  private ItemRecord() {}

  /** What is written into an object. */
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonTree.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: memory does not fail
    }
    return text.toString();
  }

  /** All of an item, with its number in the order of submission. */
  static String item(OutboxItem item, long number) {
    return object(
        json -> {
          json.writeStringField("id", item.id());
          json.writeNumberField("number", number);
          if (item.key().isPresent()) {
            json.writeStringField("key", item.key().get());
          }
          json.writeStringField("handler", item.handler());
          json.writeStringField("priority", item.priority().name());
          if (!item.tenant().isEmpty()) {
            json.writeStringField("tenant", item.tenant());
          }
          if (item.lane().isPresent()) {
            json.writeStringField("lane", item.lane().get());
          }
          json.writeStringField("submitted", item.submittedAt().toString());
          changing(json, item);
          if (!item.work().isEmpty()) {
            raw(json, WORK, item.work());
          }
        });
  }

  /** What changed; with the answer if the item has it at hand. */
  static String note(OutboxItem item) {
    return object(
        json -> {
          json.writeStringField("id", item.id());
          changing(json, item);
        });
  }

  private static void changing(JsonGenerator json, OutboxItem item) throws IOException {
    json.writeStringField("state", item.state().name());
    json.writeStringField("changed", item.changedAt().toString());
    json.writeStringField("notBefore", item.notBefore().toString());
    if (!item.expiresAt().equals(Instant.MAX)) {
      json.writeStringField("expires", item.expiresAt().toString());
    }
    count(json, "attempts", item.attempts());
    count(json, "doubts", item.doubts());
    count(json, "handlings", item.handlings());
    count(json, "setbacks", item.setbacks());
    count(json, "takes", item.takes());
    if (!item.reason().isEmpty()) {
      json.writeStringField("reason", item.reason());
    }
    if (item.answer().isPresent()) {
      raw(json, ANSWER, item.answer().get());
    }
  }

  private static void count(JsonGenerator json, String name, int count) throws IOException {
    if (count > 0) {
      json.writeNumberField(name, count);
    }
  }

  private static void raw(JsonGenerator json, String name, String value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(value);
  }

  /** Something about several items. */
  static String ids(Collection<String> ids) {
    return object(
        json -> {
          json.writeArrayFieldStart("ids");
          for (String id : ids) {
            json.writeString(id);
          }
          json.writeEndArray();
        });
  }

  static String paused(boolean paused) {
    return object(json -> json.writeBooleanField("paused", paused));
  }

  static boolean isPaused(String body) throws IOException {
    return JsonTree.parse(body).is("paused");
  }

  static List<String> ids(String body) throws IOException {
    return JsonTree.parse(body).items("ids").stream().map(String::valueOf).toList();
  }

  /** What an item's record says; its texts stay byte by byte as they were written. */
  static JsonTree read(String body) throws IOException {
    return JsonTree.parse(body, CONTENT);
  }

  /** The texts of a record. */
  record Content(@Nullable String work, @Nullable String answer) {
    static Content of(JsonTree record) {
      return new Content(record.textOrNull(WORK), record.textOrNull(ANSWER));
    }

    long bytes() {
      return (work == null ? 0L : work.length()) + (answer == null ? 0L : answer.length());
    }
  }

  /** The number that a whole item says. */
  static long number(JsonTree record) {
    return record.number("number", 0);
  }

  /** Whose record it is. */
  static String id(JsonTree record) {
    return record.text("id");
  }

  /**
   * An item without its content.
   *
   * @throws OutboxException {@code UNKNOWN} if a newer version wrote something that matters
   */
  static OutboxItem item(JsonTree json) throws IOException {
    OutboxItem.Builder item =
        OutboxItem.builder(
                json.text("id"), json.text("handler"), "", instant(json.text("submitted")))
            .key(json.textOrNull("key"))
            .priority(constant(Priority.class, json.text("priority")))
            .tenant(json.text("tenant"))
            .lane(json.textOrNull("lane"));
    return changed(item, json);
  }

  /** An item after a note. */
  static OutboxItem noted(OutboxItem before, JsonTree note) throws IOException {
    return changed(before.toBuilder(), note);
  }

  private static OutboxItem changed(OutboxItem.Builder item, JsonTree json) throws IOException {
    String expires = json.textOrNull("expires");
    return item.state(constant(ItemState.class, json.text("state")))
        .changedAt(instant(json.text("changed")))
        .notBefore(instant(json.text("notBefore")))
        .expiresAt(expires == null ? Instant.MAX : instant(expires))
        .attempts((int) json.number("attempts", 0))
        .doubts((int) json.number("doubts", 0))
        .handlings((int) json.number("handlings", 0))
        .setbacks((int) json.number("setbacks", 0))
        .takes((int) json.number("takes", 0))
        .reason(json.text("reason"))
        .build();
  }

  private static Instant instant(String text) throws IOException {
    try {
      return Instants.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("an instant of another form", e);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new OutboxException(
          Reason.UNKNOWN,
          "A newer version of this library wrote a %s that this one does not know; use that version"
              .formatted(type.getSimpleName()),
          e);
    }
  }

  /** Refuses what is not one JSON object on one line, which would break the line it is put into. */
  static void requireObject(String what, String json) {
    boolean isOne = false;
    try (JsonParser parser = JsonTree.FACTORY.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        parser.skipChildren();
        isOne = parser.nextToken() == null;
      }
    } catch (IOException e) {
      isOne = false;
    }
    if (!isOne || json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(what + " must be one JSON object on one line");
    }
  }
}
