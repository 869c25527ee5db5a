package io.github.resilientllm.postgres.internal.journal;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** How kinds and states are called in the tables. */
final class StoredNames {
  private static final Map<String, Kind> KINDS =
      Arrays.stream(Kind.values())
          .filter(kind -> kind != Kind.OTHER)
          .collect(toUnmodifiableMap(StoredNames::of, kind -> kind));
  private static final Map<String, ConversationState> STATES =
      Arrays.stream(ConversationState.values())
          .filter(state -> state != ConversationState.UNKNOWN)
          .collect(toUnmodifiableMap(StoredNames::of, state -> state));

  private StoredNames() {}

  static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** All that a state may be called. */
  static Set<String> states() {
    return STATES.keySet();
  }

  static String[] of(Collection<ConversationState> states) {
    return states.stream().map(StoredNames::of).toArray(String[]::new);
  }

  /** A state as it was listed; {@code UNKNOWN} if a newer version wrote it. */
  static ConversationState stateOrUnknown(String name) {
    return STATES.getOrDefault(name, ConversationState.UNKNOWN);
  }

  static ConversationState state(String name, String where) {
    requireState(name, where);
    return Objects.requireNonNull(STATES.get(name));
  }

  static Kind kind(String name, String where) {
    if (JournalEntry.isOtherName(name)) {
      return Kind.OTHER;
    }
    requireKind(name, where);
    return Objects.requireNonNull(KINDS.get(name));
  }

  static void requireState(String name, String where) {
    requireKnown(STATES.containsKey(name), "state", name, where);
  }

  static void requireKind(String name, String where) {
    requireKnown(JournalEntry.isOtherName(name) || KINDS.containsKey(name), "kind", name, where);
  }

  private static void requireKnown(boolean known, String what, String name, String where) {
    if (!known) {
      throw new JournalException(
          Reason.UNKNOWN,
          "%s has the %s '%s', which a newer version of resilient-llm wrote. Nothing was changed; take that version"
              .formatted(where, what, name));
    }
  }
}
