package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the default retry budget lets through and what it holds back, with one target and all other
 * defaults on: 32 calls at a time, in virtual time.
 */
class BudgetTest {
  private static final int CALLS = 20_000;
  private static final int CALLERS = 32;
  private static final Timeouts TIMEOUTS =
      Timeouts.deadline(Duration.ofMinutes(2)).withAttempt(Duration.ofSeconds(2));

  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(
      value = Face.class,
      names = {"BLOCKING", "STREAM"})
  void whereAFifthOfAttemptsFailsFastEveryRetryIsMade(Face face) throws Exception {
    Service service = new Service(0.2, List.of(ErrorKind.SERVER_ERROR, ErrorKind.NETWORK));
    service.serve(face);
    assertThat(service.answered()).isGreaterThan(0.991); // three failures in a row: 0.8%
    assertThat(service.amplification()).isLessThan(1.25);
  }

  @Test
  void whereAQuarterOfStreamsBreaksHardlyARetryIsDenied() throws Exception {
    Service service =
        new Service(
            0.25,
            List.of(
                ErrorKind.SERVER_ERROR,
                ErrorKind.NETWORK,
                ErrorKind.STREAM_TRUNCATED,
                ErrorKind.MALFORMED_RESPONSE,
                ErrorKind.STALLED));
    service.serve(Face.STREAM);
    assertThat(service.answered()).isGreaterThan(0.98); // 98.4% is what three attempts reach
    assertThat(service.amplification()).isLessThan(1.32);
  }

  /** The failures are independent of each other, so that retries help while some attempts do. */
  @ParameterizedTest(name = "{0}% end in {1}: {2} requests a call at most")
  @CsvSource({
    "10, SERVER_ERROR, 1.12",
    "30, SERVER_ERROR, 1.41",
    "35, SERVER_ERROR, 1.47",
    "50, SERVER_ERROR, 1.27",
    "80, SERVER_ERROR, 1.08",
    "100, SERVER_ERROR, 1.01",
    "10, TIMEOUT, 1.12",
    "20, TIMEOUT, 1.20",
    "30, TIMEOUT, 1.16",
    "50, TIMEOUT, 1.10",
    "80, TIMEOUT, 1.04",
    "100, TIMEOUT, 1.01"
  })
  void whatRetriesAddIsBoundedHoweverManyAttemptsFail(int percent, ErrorKind kind, double most)
      throws Exception {
    Service service = new Service(percent / 100.0, List.of(kind));
    service.serve(Face.BLOCKING);
    assertThat(service.amplification()).isLessThan(most);
  }

  @Test
  void aRetryThatWinsGivesBackWhatACheapOneCosts() throws Exception {
    Budget budget = Budget.standard();
    assertThat(leftAfter(ErrorKind.SERVER_ERROR)).isEqualTo(budget.capacity());
    assertThat(leftAfter(ErrorKind.TIMEOUT))
        .isEqualTo(budget.capacity() - budget.timeoutCost() + budget.retryCost());
  }

  private double leftAfter(ErrorKind kind) throws Exception {
    VirtualTime now = new VirtualTime();
    ScriptedProvider vendor =
        ScriptedProvider.of("v", now, Script.fail(kind), Script.answer("hello"));
    ResilientLlm llm = VirtualClient.with(now, vendor).build();
    now.run(() -> assertThat(Face.BLOCKING.call(llm, now).text()).isEqualTo("hello"));
    return llm.targets().get(0).retryTokens();
  }

  /** A vendor some of whose attempts fail, whatever the others do, and a client of it. */
  private final class Service {
    private final Random random = new Random(7);
    private final double failing;
    private final List<ErrorKind> kinds;
    private final ScriptedProvider vendor = new ScriptedProvider("v", time, n -> next());
    private final ResilientLlm llm =
        VirtualClient.with(time, 11, vendor).timeouts(TIMEOUTS).build();
    private int started;
    private int answered;

    Service(double failing, List<ErrorKind> kinds) {
      this.failing = failing;
      this.kinds = kinds;
    }

    void serve(Face face) throws Exception {
      time.run(
          () -> {
            for (int i = 0; i < CALLERS; i++) {
              time.execute(
                  () -> {
                    while (started < CALLS) {
                      started++;
                      boolean whole = face.call(llm, time).response() != null;
                      answered += whole ? 1 : 0;
                    }
                  });
            }
          });
    }

    double answered() {
      return (double) answered / started;
    }

    double amplification() {
      return (double) vendor.attempts() / started;
    }

    private Script next() {
      Duration took = Duration.ofMillis(500 + random.nextInt(500));
      if (random.nextDouble() >= failing) {
        return Script.answerAfter(took, "hello");
      }
      ErrorKind kind = kinds.get(random.nextInt(kinds.size()));
      return switch (kind) {
        case TIMEOUT -> Script.hang();
        case STALLED -> Script.script().says("hel").stalls();
        case STREAM_TRUNCATED -> Script.script().says("hel").fails(kind);
        default -> Script.script().after(took).fails(kind);
      };
    }
  }
}
