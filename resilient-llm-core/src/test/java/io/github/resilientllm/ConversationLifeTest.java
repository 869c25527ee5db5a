package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Turns at the same time, and what is done to a conversation as a whole. */
class ConversationLifeTest {
  private final VirtualTime time = new VirtualTime();
  private final MemoryJournal journal = new MemoryJournal();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSecondTurnAtOnceIsAClearError(Face face) throws Exception {
    Conversation chat = client(vendor(answerIn(10, "three days"))).conversation("c");
    time.run(
        () -> {
          ChatStream first = chat.stream("How long?");
          time.execute(() -> first.response());
          time.park(time.nanos() + Duration.ofSeconds(1).toNanos());
          LlmException failure = say(face, chat, "How much?").error();
          assertThat(failure.kind()).isEqualTo(ErrorKind.CONVERSATION_BUSY);
          assertThat(failure).hasMessageContaining("another turn of this conversation is going on");
          assertThat(chat.unanswered().orElseThrow().question())
              .isEqualTo(Message.user("How long?"));
        });
    assertThat(chat.history())
        .containsExactly(Message.user("How long?"), Message.assistant("three days"));
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void aSecondTurnWaitsIfItIsAskedTo(Face face) throws Exception {
    ScriptedProvider vendor = vendor(answerIn(10, "three days"), answer("ten euros"));
    Conversation chat =
        builder(vendor)
            .conversations(Conversations.standard().withTurnPatience(Duration.ofSeconds(30)))
            .build()
            .conversation("c");
    time.run(
        () -> {
          time.execute(() -> chat.say("How long?"));
          time.park(time.nanos() + Duration.ofSeconds(1).toNanos());
          assertThat(say(face, chat, "How much?").text()).isEqualTo("ten euros");
          assertThat(time.nanos()).isEqualTo(Duration.ofSeconds(10).toNanos());
        });
    assertThat(chat.history()).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void anotherHolderOfTheConversationIsWaitedForAsLong(Face face) throws Exception {
    Conversation chat =
        builder(vendor(answer("three days")))
            .conversations(Conversations.standard().withTurnPatience(Duration.ofSeconds(1)))
            .build()
            .conversation("c");
    time.run(
        () -> {
          Journal.Log elsewhere = journal.open("c").join();
          assertThat(say(face, chat, "How long?").error().getCause().getCause())
              .isInstanceOf(JournalException.class);
          assertThat(time.nanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
          elsewhere.close();
          assertThat(say(face, chat, "How long?").text()).isEqualTo("three days");
        });
  }

  @Test
  void closingAStreamGivesTheConversationFree() throws Exception {
    ScriptedProvider vendor = vendor(script().says("It ").stalls(), answer("ten euros"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          try (ChatStream stream = chat.stream("How long?")) {
            stream.iterator().next();
          }
          assertThat(chat.unanswered().orElseThrow().failure()).contains(ErrorKind.CANCELLED);
          assertThat(chat.unanswered().orElseThrow().partialText()).isEqualTo("It ");
          assertThat(chat.say("How much?").text()).isEqualTo("ten euros");
        });
    assertThat(vendor.open()).isZero();
  }

  @Test
  void aStreamThatIsNeverReadSaysNothing() throws Exception {
    Conversation chat = client(vendor(answer("three days"))).conversation("c");
    time.run(
        () -> {
          try (ChatStream unread = chat.stream("How long?")) {
            assertThat(unread).isNotNull();
          }
          assertThat(chat.unanswered()).isEmpty();
        });
    assertThat(journal.list().join()).isEmpty();
  }

  @Test
  void aForkHasTheWholeTurnsAndGoesItsOwnWay() throws Exception {
    ScriptedProvider vendor =
        vendor(answer("three days"), fail(ErrorKind.INVALID_REQUEST), answer("by ship"));
    Conversation chat = client(vendor).conversation("c").instructed("Be brief.");
    time.run(
        () -> {
          chat.say("How long?");
          say(Face.BLOCKING, chat, "How much?");
          Conversation fork = chat.fork("d");
          assertThat(fork.history())
              .containsExactly(Message.user("How long?"), Message.assistant("three days"));
          assertThat(fork.instructions()).contains("Be brief.");
          assertThat(fork.unanswered()).isEmpty();
          fork.say("How?");
          assertThat(chat.history()).hasSize(2);
          assertThat(fork.history()).hasSize(4);
          assertThatThrownBy(() -> chat.fork("d"))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("exists already");
        });
  }

  @Test
  void aForkOfALongConversationIsWrittenSomeAtATime() throws Exception {
    AtomicLong largest = new AtomicLong();
    PassingJournal measured =
        new PassingJournal(journal) {
          @Override
          Log wrap(Log log) {
            return new PassingLog(log) {
              @Override
              public CompletableFuture<Void> append(List<JournalEntry> entries) {
                long size = entries.stream().mapToLong(entry -> entry.body().length()).sum();
                largest.accumulateAndGet(size, Math::max);
                return super.append(entries);
              }
            };
          }
        };
    ScriptedProvider vendor = vendor(answer("x".repeat(1_000_000)));
    time.run(
        () -> {
          Conversation chat = builder(vendor).journal(measured).build().conversation("c");
          for (int i = 0; i < 20; i++) {
            chat.say("q" + i);
          }
          assertThat(chat.fork("d").history()).isEqualTo(chat.history());
        });
    assertThat(largest.get()).isBetween(4_000_000L, 6_000_000L);
  }

  @Test
  void aDeletedConversationBeginsAnew() throws Exception {
    ScriptedProvider vendor = vendor(answer("three days"), answer("ten euros"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          chat.say("How long?");
          assertThat(chat.delete()).isTrue();
          assertThat(chat.delete()).isFalse();
          assertThat(chat.history()).isEmpty();
          chat.say("How much?");
        });
    assertThat(vendor.requests().get(1).messages()).containsExactly(Message.user("How much?"));
  }

  @Test
  void anotherProcessMayDeleteAndBeginAnewUnderneath() throws Exception {
    ScriptedProvider vendor = vendor(answer("one"), answer("two"), answer("three"));
    Conversation chat = client(vendor).conversation("c");
    time.run(
        () -> {
          chat.say("1");
          Conversation elsewhere = client(vendor).conversation("c");
          elsewhere.delete();
          elsewhere.say("2");
          chat.say("3");
        });
    assertThat(vendor.requests().get(2).messages())
        .containsExactly(Message.user("2"), Message.assistant("two"), Message.user("3"));
  }

  @Test
  void anExportShowsEveryTurn() throws Exception {
    ScriptedProvider vendor = vendor(answer("three days"), fail(ErrorKind.INVALID_REQUEST));
    Conversation chat = client(vendor).conversation("c").instructed("Be brief.");
    time.run(
        () -> {
          chat.say(TurnKey.of("k"), "How long?");
          say(Face.BLOCKING, chat, "How \"much\"?");
        });
    assertThat(chat.export())
        .startsWith(
            "{\"conversation\":\"c\",\"state\":\"QUESTION_PENDING\",\"system\":\"Be brief.\"")
        .contains("{\"role\":\"ASSISTANT\",\"parts\":[{\"text\":\"three days\"}]}")
        .contains("\"turn\":\"k\"")
        .contains("How \\\"much\\\"?");
  }

  private static Script answerIn(int seconds, String text) {
    return Script.answerAfter(Duration.ofSeconds(seconds), text);
  }

  private ScriptedProvider vendor(Script... scripts) {
    return ScriptedProvider.of("v", time, scripts);
  }

  private ResilientLlm client(ScriptedProvider vendor) {
    return builder(vendor).build();
  }

  private ResilientLlm.Builder builder(ScriptedProvider vendor) {
    return VirtualClient.with(time, vendor).journal(journal);
  }

  private Face.End say(Face face, Conversation chat, String question) {
    return Talk.say(face, chat, question, time);
  }
}
