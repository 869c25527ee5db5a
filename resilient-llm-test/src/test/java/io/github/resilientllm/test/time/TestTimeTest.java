package io.github.resilientllm.test.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application's test of its client, in virtual time. */
class TestTimeTest {

  @Test
  void anHourOfOutageIsSeenByNobodyAndOverWhenItIsOver() throws Exception {
    List<String> answeredBy = new ArrayList<>();
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt");
          VirtualModel claude = time.model("claude");
          gpt.fails(ErrorKind.OVERLOADED).lasting(Duration.ofHours(1));
          ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(claude));
          for (int minute = 0; minute < 70; minute++) {
            answeredBy.add(llm.chat("How long does delivery take?").answeredBy());
            time.pass(Duration.ofMinutes(1));
          }
          assertThat(time.elapsed()).isBetween(Duration.ofMinutes(70), Duration.ofMinutes(80));
          assertThat(gpt.open() + claude.open()).isZero();
        });
    assertThat(answeredBy.subList(0, 55)).containsOnly("claude/m");
    assertThat(answeredBy.subList(65, 70)).containsOnly("gpt/m");
  }

  @Test
  void workWaitsOutAnOutageInVirtualTimeToo(@TempDir Path directory) throws Exception {
    List<String> mailed = new ArrayList<>();
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt").limitedTo(20, Duration.ofSeconds(10));
          gpt.fails(ErrorKind.OVERLOADED).lasting(Duration.ofHours(1));
          ResilientLlm llm = time.client(ResilientLlm.with(gpt));
          try (FileOutbox store = time.store(FileOutbox.builder(directory));
              Outbox outbox =
                  time.outbox(
                      Outbox.with(llm).store(store).handler("mail", d -> mailed.add(d.key())))) {
            outbox.start();
            for (int i = 1; i <= 30; i++) {
              Work mail = Work.of("How long does delivery take?").handler("mail").key("" + i);
              outbox.submit(i == 30 ? mail.priority(Priority.CRITICAL) : mail);
            }
            time.pass(Duration.ofMinutes(59));
            assertThat(mailed).isEmpty();
            time.pass(Duration.ofMinutes(3));
          }
        });
    assertThat(mailed).hasSize(30).doesNotHaveDuplicates();
    assertThat(mailed.indexOf("30")).isLessThanOrEqualTo(1);
  }

  @Test
  void aModelRefusesWhatIsMoreThanItsLimit() throws Exception {
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt").limitedTo(2, Duration.ofMinutes(1));
          ResilientLlm llm = time.client(ResilientLlm.with(gpt).retry(Retry.none()));
          llm.chat("one");
          llm.chat("two");
          assertThatThrownBy(() -> llm.chat("three"))
              .isInstanceOfSatisfying(
                  LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.RATE_LIMITED));
          time.pass(Duration.ofSeconds(30));
          llm.chat("four");
          assertThat(gpt.refused()).hasSize(1);
        });
  }

  /** How long they take: benchmarks' KitFigures. */
  @Test
  void eachOfAThousandSeededRunsEndsWithAWholeAnswer() {
    AtomicInteger answered = new AtomicInteger();
    TestTime.runs(
        1000,
        time -> {
          VirtualModel gpt = time.model("gpt").varying(0.5);
          gpt.fails(ErrorKind.SERVER_ERROR).forShare(0.3);
          gpt.cuts().forShare(0.2);
          VirtualModel claude = time.model("claude");
          ResilientLlm llm =
              time.client(ResilientLlm.with(gpt).fallback(claude).hedge(Hedge.extraLoad(0.1)));
          ChatResponse answer = llm.chat("How long does delivery take?");
          assertThat(answer.text()).isIn(gpt.answer(), claude.answer());
          answered.incrementAndGet();
        });
    assertThat(answered).hasValue(1000);
  }

  @Test
  void theSameSeedGivesTheSameRun() throws Exception {
    assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
  }

  private static List<Duration> trace(long seed) throws Exception {
    List<Duration> asked = new ArrayList<>();
    TestTime.run(
        seed,
        time -> {
          VirtualModel gpt = time.model("gpt").varying(1);
          gpt.fails(ErrorKind.OVERLOADED).forShare(0.5);
          ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(time.model("claude")));
          for (int i = 0; i < 10; i++) {
            llm.chat("How long does delivery take?");
          }
          asked.addAll(gpt.asked());
        });
    return asked;
  }

  @Test
  void aSeedThatFailsIsNamed() {
    assertThatThrownBy(
            () ->
                TestTime.runs(
                    100,
                    time -> {
                      VirtualModel gpt = time.model("gpt");
                      gpt.fails(ErrorKind.OVERLOADED).forShare(0.3);
                      time.client(ResilientLlm.with(gpt).retry(Retry.none())).chat("Hello?");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("(?s)Seed \\d+ fails.*-Dresilient-llm.seed=\\d+")
        .hasCauseInstanceOf(LlmException.class);
  }

  @Test
  void silenceAndLatenessAreWaitedForInNoTime() throws Exception {
    TestTime.run(
        1,
        time -> {
          VirtualModel gpt = time.model("gpt");
          gpt.isSilent().lasting(Duration.ofMinutes(1));
          gpt.isLateBy(Duration.ofSeconds(8)).from(Duration.ofMinutes(2));
          ResilientLlm llm = time.client(ResilientLlm.with(gpt).fallback(time.model("claude")));
          assertThat(llm.chat("Hello?").answeredBy()).isEqualTo("claude/m");
          assertThat(time.elapsed()).isGreaterThan(Duration.ofSeconds(10));
          time.pass(Duration.ofMinutes(3));
          Duration before = time.elapsed();
          llm.chat("Hello?");
          assertThat(time.elapsed().minus(before)).isGreaterThan(Duration.ofSeconds(8));
        });
  }

  @Test
  void whatFailsBesideTheTestFailsIt() {
    assertThatThrownBy(
            () ->
                TestTime.run(
                    1,
                    time -> {
                      VirtualModel gpt = time.model("gpt");
                      gpt.fails(ErrorKind.UNAUTHORIZED);
                      ResilientLlm llm = time.client(ResilientLlm.with(gpt));
                      time.beside(() -> llm.chat("Hello?"));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(LlmException.class);
  }

  @Test
  void conversationsHaveTheDatesOfTheTime() throws Exception {
    TestTime.run(
        1,
        time -> {
          MemoryJournal journal = new MemoryJournal();
          ResilientLlm llm = time.client(ResilientLlm.with(time.model("gpt")).journal(journal));
          assertThat(llm.conversation("ticket-1").say("Hello?").text()).startsWith("gpt-1");
          assertThat(llm.conversation("ticket-1").history()).hasSize(2);
        });
  }
}
