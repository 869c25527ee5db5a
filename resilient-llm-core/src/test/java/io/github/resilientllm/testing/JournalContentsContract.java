package io.github.resilientllm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException.Reason;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link JournalContract} that is about ids, times and bodies. */
abstract class JournalContentsContract extends JournalCase {
  @Test
  void anyTextIsAnId() throws Exception {
    List<String> ids =
        List.of(
            "a",
            "A",
            "..",
            ".",
            "../../etc/passwd",
            "/",
            "\\",
            "C:\\x",
            "CON",
            "nul.txt",
            "-rf",
            " ",
            "a ",
            "a.",
            "a\nb",
            "a\u0000b",
            "=41",
            "ä",
            "a\u0308",
            "\uD83D\uDE80",
            "\uD800",
            "\uDC00",
            "?",
            "~",
            "%2e",
            "\"quoted\"",
            "x".repeat(512),
            "x".repeat(511),
            "\uFFFF".repeat(512));
    for (String id : ids) {
      try (Journal.Log log = journal.open(id).join()) {
        log.append(about(id)).join();
      }
    }
    journal = reopen(journal);

    assertThat(journal.list().join())
        .extracting(Journal.Head::conversation)
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(ids)
        .allSatisfy(id -> assertThat(journal.read(id).join()).containsExactly(about(id)));
    assertThat(ids).allSatisfy(id -> assertThat(journal.delete(id).join()).isTrue());
    assertThat(journal.list().join()).isEmpty();
  }

  @Test
  void anIdThatIsTooLongOrEmptyIsRefused() {
    String longer = "x".repeat(Journal.MAX_ID_LENGTH + 1);

    assertRefused(Reason.TOO_LARGE, () -> journal.open(longer).join());
    assertRefused(Reason.TOO_LARGE, () -> journal.read(longer).join());
    assertRefused(Reason.TOO_LARGE, () -> journal.delete(longer).join());
    assertThatThrownBy(() -> journal.open("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> journal.read("").join()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> journal.delete("").join())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyComesBackAsItWas() throws Exception {
    List<String> bodies =
        List.of(
            "{}",
            "{\"text\":\"\\n\\u0000 } ] \\\" \\\\\"}",
            "{\"text\":\"\u2028\u2029\uFEFF\u0085\uFFFD ä \uD83D\uDE80\"}",
            "{ \"spaces\" : [ 1.0 , 1e3 , null ] }\r",
            "{\"a\":1,\"a\":2}",
            "{\"text\":\"" + "long ".repeat(200_000) + "\"}");
    try (Journal.Log log = journal.open("a").join()) {
      for (int i = 0; i < bodies.size(); i++) {
        log.append(new JournalEntry(i + 1, NOON, Kind.ASKED, ConversationState.IDLE, bodies.get(i)))
            .join();
      }
    }
    journal = reopen(journal);

    assertThat(journal.read("a").join()).extracting(JournalEntry::body).isEqualTo(bodies);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2026-11-22T12:00:00.1Z",
        "2026-11-22T12:00:00.000001Z"
      })
  void anInstantComesBackAsItWas(Instant at) throws Exception {
    try (Journal.Log log = journal.open("a").join()) {
      log.append(new JournalEntry(1, at, Kind.ASKED, ConversationState.IDLE, "{}")).join();
    }
    journal = reopen(journal);

    assertThat(journal.read("a").join()).extracting(JournalEntry::at).containsExactly(at);
  }

  private static JournalEntry about(String id) {
    String body = "{\"about\":" + id.hashCode() + "}";
    return new JournalEntry(1, NOON, Kind.ASKED, ConversationState.IDLE, body);
  }
}
