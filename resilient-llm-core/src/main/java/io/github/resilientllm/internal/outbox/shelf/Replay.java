package io.github.resilientllm.internal.outbox.shelf;

import io.github.resilientllm.internal.conversation.JsonTree;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxException.Reason;
import io.github.resilientllm.outbox.OutboxItem;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What was written, done to the shelf again, record by record. Used while files are opened, when
 * nobody else sees the shelf.
 */
final class Replay {
  private final Shelf shelf;
  private final InstantSource clock;

  Replay(Shelf shelf, InstantSource clock) {
    this.shelf = shelf;
    this.clock = clock;
  }

  void read(Segment segment, JournalEntry entry, long offset) throws IOException {
    String body = entry.body();
    segment.bytes = offset + body.length();
    switch (entry.name()) {
      case ItemRecord.ITEM -> item(body, new Place(segment, offset));
      case ItemRecord.NOTE -> note(body, new Place(segment, offset));
      case ItemRecord.TAKEN -> {
        for (String id : ItemRecord.ids(body)) {
          Slot slot = shelf.find(id);
          if (slot != null) {
            shelf.set(slot, Changes.taken(slot.item), now());
          }
        }
      }
      case ItemRecord.GONE -> {
        for (String id : ItemRecord.ids(body)) {
          Slot slot = shelf.find(id);
          if (slot != null) {
            shelf.remove(slot, now());
          }
        }
      }
      default ->
          throw new OutboxException(
              Reason.UNKNOWN,
              "A newer version of this library wrote a record '%s' that this one does not know; use that version"
                  .formatted(entry.name()));
    }
  }

  private void item(String body, Place place) throws IOException {
    JsonTree record = ItemRecord.read(body);
    OutboxItem item = ItemRecord.item(record);
    ItemRecord.Content content = ItemRecord.Content.of(record);
    Slot slot = shelf.find(item.id());
    if (slot == null) {
      slot = shelf.add(ItemRecord.number(record), item, now());
    } else {
      shelf.set(slot, item, now());
    }
    slot.since = place.segment();
    slot.work = content.work() == null ? null : place;
    slot.answer = content.answer() == null ? null : place;
    shelf.setBytes(slot, content.bytes());
  }

  private void note(String body, Place place) throws IOException {
    JsonTree record = ItemRecord.read(body);
    Slot slot = shelf.find(ItemRecord.id(record));
    if (slot == null) {
      return; // of an item that was forgotten meanwhile
    }
    String answer = ItemRecord.Content.of(record).answer();
    if (answer != null) {
      slot.answer = place;
      shelf.setBytes(slot, slot.bytes + answer.length());
    }
    shelf.set(slot, ItemRecord.noted(slot.item, record), now());
    shelf.dropContentOfDone(slot);
  }

  private Instant now() {
    return clock.instant();
  }
}
