package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the application's own code throws, a call fails in one way: with an {@link LlmException}
 * for its caller and the same kind for its listeners.
 */
class OneWayToFailTest {
  private final VirtualTime time = new VirtualTime();
  private final List<CallEvent> heard = new CopyOnWriteArrayList<>();

  // Journals

  @ParameterizedTest
  @EnumSource
  void aJournalThatBreaksItsContractIsAJournalThatFailed(JournalMistake mistake) throws Exception {
    for (Face face : Face.values()) {
      heard.clear();
      MistakenJournal journal = new MistakenJournal(mistake);
      ResilientLlm llm = talking(Conversations.standard(), journal);
      Conversation chat = llm.conversation("c");
      time.run(
          () -> {
            chat.say("q1");
            heard.clear();
            journal.errs = true;
            Conversation again = talking(Conversations.standard(), journal).conversation("c");
            Face.End end = Talk.say(face, again, "q2", time);
            assertOneEnd(end); // an answer, if the journal was not asked what it cannot say
            assertThat(end.failure() == null ? ErrorKind.JOURNAL_FAILED : end.failure().kind())
                .isEqualTo(ErrorKind.JOURNAL_FAILED);
            journal.errs = false;
            assertThat(Talk.say(face, again, "q3", time).text()).isEqualTo("hello");
          });
    }
  }

  private enum JournalMistake {
    OPEN_THROWS,
    OPEN_FAILS_WITH_ANYTHING,
    OPEN_IS_NULL,
    LOG_IS_NULL,
    INCARNATION_THROWS,
    LAST_SEQUENCE_THROWS,
    ENTRIES_THROW,
    APPEND_THROWS,
    APPEND_FAILS_WITH_ANYTHING,
    APPEND_IS_NULL,
    APPEND_IS_CANCELLED,
    KEEPS_BEFORE_SHOWING_THROWS
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aKeyThatCannotBeLookedUpWhileReadingIsAJournalThatFailed(Face face, @TempDir Path directory)
      throws Exception {
    Time real = Time.system();
    Keys keys = new Keys();
    try (FileJournal journal = FileJournal.builder(directory).encryption(keys).build()) {
      talkingInRealTime(journal).conversation("c").say("q1");
      keys.throwsNow = true;
      Conversation chat = talkingInRealTime(journal).conversation("c");
      heard.clear();
      assertFailed(Talk.say(face, chat, "q2", real), ErrorKind.JOURNAL_FAILED);
    }
  }

  // Code around a call

  @ParameterizedTest
  @EnumSource(Face.class)
  void aRedactorThatThrowsFailsTheCallAsOneThatCouldNotBeWritten(Face face) throws Exception {
    Conversations redacting =
        Conversations.standard()
            .withRedactor(
                text -> {
                  throw new IllegalStateException("cannot redact");
                });
    Conversation chat = talking(redacting, new MemoryJournal()).conversation("c");
    time.run(() -> assertFailed(Talk.say(face, chat, "q", time), ErrorKind.JOURNAL_FAILED));
  }

  @ParameterizedTest
  @EnumSource
  void aProviderThatThrowsWhereItMustNotIsAFailureOfItsTarget(ProviderMistake mistake)
      throws Exception {
    for (Face face : Face.values()) {
      heard.clear();
      ScriptedProvider well = ScriptedProvider.of("well", time, answer("hello"));
      ScriptedProvider next = ScriptedProvider.of("next", time, answer("next"));
      MistakenProvider mistaken = new MistakenProvider(well, mistake);
      ResilientLlm alone = talkingTo(Target.of(mistaken)).build();
      ResilientLlm both = talkingTo(Target.of(mistaken)).fallback(next).build();
      mistaken.errs = true;
      time.run(
          () -> {
            Face.End end = face.call(alone, time); // nothing but an LlmException
            assertThat(end.failure() != null || end.response() != null).isTrue();
            assertOneEnd(end);
            heard.clear();
            assertThat(face.call(both, time).text()).isIn("hello", "next");
          });
      assertThat(next.open()).isZero();
    }
  }

  private enum ProviderMistake {
    CANNOT_SERVE,
    CANNOT_SERVE_IS_NULL,
    LEAVES_OUT,
    LEAVES_OUT_IS_NULL,
    NEW_CALL,
    NEW_CALL_IS_NULL,
    NEXT,
    COMPLETION,
    COMPLETION_IS_NULL,
    CLOSE
  }

  private void assertFailed(Face.End end, ErrorKind kind) {
    assertThat(end.error().kind()).isEqualTo(kind);
    assertOneEnd(end);
  }

  private void assertOneEnd(Face.End end) {
    LlmException failure = end.failure();
    assertThat(heard)
        .filteredOn(CallEvent.CallEnded.class::isInstance)
        .extracting(event -> ((CallEvent.CallEnded) event).error())
        .isEqualTo(List.of(Optional.ofNullable(failure == null ? null : failure.kind())));
  }

  private ResilientLlm talking(Conversations policy, Journal journal) {
    ScriptedProvider vendor = ScriptedProvider.of("v", time, answer("hello"));
    return talkingTo(Target.of(vendor)).conversations(policy).journal(journal).build();
  }

  private ResilientLlm.Builder talkingTo(Target target) {
    return ResilientLlm.with(target).time(time).executor(time).listener(heard::add);
  }

  private ResilientLlm talkingInRealTime(Journal journal) {
    ScriptedProvider vendor = ScriptedProvider.of("v", Time.system(), answer("hello"));
    return ResilientLlm.with(vendor).listener(heard::add).journal(journal).build();
  }

  /** A journal that breaks one rule of its contract when it is told to. */
  private static final class MistakenJournal extends PassingJournal {
    private final JournalMistake mistake;
    private boolean errs;

    MistakenJournal(JournalMistake mistake) {
      super(new MemoryJournal());
      this.mistake = mistake;
    }

    private boolean makes(JournalMistake expected) {
      return errs && mistake == expected;
    }

    private void throwIf(JournalMistake expected) {
      if (makes(expected)) {
        throw new IllegalStateException("the driver is gone");
      }
    }

    @Override
    public CompletableFuture<Log> open(String conversation, Duration patience) {
      throwIf(JournalMistake.OPEN_THROWS);
      if (makes(JournalMistake.OPEN_FAILS_WITH_ANYTHING)) {
        return CompletableFuture.failedFuture(new IllegalStateException("the driver is gone"));
      }
      if (makes(JournalMistake.LOG_IS_NULL)) {
        return CompletableFuture.completedFuture(null);
      }
      return makes(JournalMistake.OPEN_IS_NULL) ? null : super.open(conversation, patience);
    }

    @Override
    Log wrap(Log log) {
      return new MistakenLog(log);
    }

    private final class MistakenLog extends PassingLog {
      MistakenLog(Log log) {
        super(log);
      }

      @Override
      public String incarnation() {
        throwIf(JournalMistake.INCARNATION_THROWS);
        return super.incarnation();
      }

      @Override
      public long lastSequence() {
        throwIf(JournalMistake.LAST_SEQUENCE_THROWS);
        return super.lastSequence();
      }

      @Override
      public CompletableFuture<Page> readAfter(long sequence, long maxBytes) {
        throwIf(JournalMistake.ENTRIES_THROW);
        return super.readAfter(sequence, maxBytes);
      }

      @Override
      public CompletableFuture<Void> append(List<JournalEntry> entries) {
        throwIf(JournalMistake.APPEND_THROWS);
        if (makes(JournalMistake.APPEND_FAILS_WITH_ANYTHING)) {
          return CompletableFuture.failedFuture(new IllegalStateException("the driver is gone"));
        }
        if (makes(JournalMistake.APPEND_IS_CANCELLED)) { // as by a driver's pool that was shut down
          CompletableFuture<Void> cancelled = new CompletableFuture<>();
          cancelled.cancel(false);
          return cancelled;
        }
        return makes(JournalMistake.APPEND_IS_NULL) ? null : super.append(entries);
      }

      @Override
      public boolean keepsBeforeShowing() {
        throwIf(JournalMistake.KEEPS_BEFORE_SHOWING_THROWS);
        return super.keepsBeforeShowing();
      }
    }
  }

  /** Keys that cannot be had any more. */
  private static final class Keys implements Encryption {
    private volatile boolean throwsNow;

    @Override
    public String currentKey() {
      return "k1";
    }

    @Override
    public SecretKey key(String id) {
      if (throwsNow) {
        throw new IllegalStateException("the vault is gone");
      }
      return new SecretKeySpec(new byte[32], "AES");
    }
  }

  /** A provider that breaks one rule of its contract when it is told to. */
  private static final class MistakenProvider implements LlmProvider {
    private final LlmProvider provider;
    private final ProviderMistake mistake;
    private boolean errs;

    MistakenProvider(LlmProvider provider, ProviderMistake mistake) {
      this.provider = provider;
      this.mistake = mistake;
    }

    private boolean makes(ProviderMistake expected) {
      return errs && mistake == expected;
    }

    private void throwIf(ProviderMistake expected) {
      if (makes(expected)) {
        throw new IllegalStateException("a bug");
      }
    }

    @Override
    public String vendor() {
      return provider.vendor();
    }

    @Override
    public String model() {
      return provider.model();
    }

    @Override
    public Optional<String> cannotServe(ChatRequest request) {
      throwIf(ProviderMistake.CANNOT_SERVE);
      return makes(ProviderMistake.CANNOT_SERVE_IS_NULL) ? null : Optional.empty();
    }

    @Override
    public List<String> leavesOut(ChatRequest request) {
      throwIf(ProviderMistake.LEAVES_OUT);
      return makes(ProviderMistake.LEAVES_OUT_IS_NULL) ? null : List.of();
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      throwIf(ProviderMistake.NEW_CALL);
      if (makes(ProviderMistake.NEW_CALL_IS_NULL)) {
        return null;
      }
      Completion done = Completion.of(FinishReason.STOP, Usage.unknown());
      ProviderCall call = ProviderCall.of(done, new ChatEvent.TextDelta("hello"));
      return new ProviderCall() {
        @Override
        public ChatEvent.@Nullable Delta next() throws ProviderException {
          throwIf(ProviderMistake.NEXT);
          return call.next();
        }

        @Override
        public Completion completion() {
          throwIf(ProviderMistake.COMPLETION);
          return makes(ProviderMistake.COMPLETION_IS_NULL) ? null : call.completion();
        }

        @Override
        public void close() {
          throwIf(ProviderMistake.CLOSE);
        }
      };
    }
  }
}
