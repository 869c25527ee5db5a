package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * An outage of 20 s at 80% load, on a server that does not notice when its clients give up: jitter
 * does not end the storm of retries, the budget does.
 */
class StormTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long OUTAGE_FROM = 30 * SECOND;
  private static final long OUTAGE_TO = 50 * SECOND;

  /** Two minutes after the outage. */
  private static final long MEASURE_FROM = OUTAGE_TO + 110 * SECOND;

  private static final long MEASURE_TO = OUTAGE_TO + 130 * SECOND;

  /** Calls in a second; the server can do ten. */
  private static final int LOAD = 8;

  private static final Timeouts TIMEOUTS =
      Timeouts.deadline(Duration.ofSeconds(10)).withAttempt(Duration.ofSeconds(2));

  @Test
  void withoutRetriesTheServiceRecovers() throws Exception {
    Storm storm =
        new Storm(llm -> llm.timeouts(TIMEOUTS).retry(Retry.none()).breaker(Breaker.none()));
    storm.run("no retries");
    assertThat(storm.goodput()).isGreaterThan(0.9);
  }

  @Test
  void withThreeJitteredAttemptsAndNoBudgetItNeverDoes() throws Exception {
    Storm storm =
        new Storm(
            llm ->
                llm.timeouts(TIMEOUTS)
                    .retry(Retry.upTo(3))
                    .budget(Budget.unlimited())
                    .breaker(Breaker.none()));
    storm.run("3 attempts, no budget");
    assertThat(storm.goodput()).isLessThan(0.1);
    assertThat(storm.amplification()).isGreaterThan(2);
  }

  @Test
  void withThreeAttemptsAndTheBudgetItDoes() throws Exception {
    Storm storm =
        new Storm(llm -> llm.timeouts(TIMEOUTS).retry(Retry.upTo(3)).breaker(Breaker.none()));
    storm.run("3 attempts, default budget");
    assertThat(storm.goodput()).isGreaterThan(0.9);
    assertThat(storm.amplification()).isLessThan(1.1);
  }

  @Test
  void withTheBreakerOfTheOnlyTargetItDoesAsWell() throws Exception {
    Storm storm = new Storm(llm -> llm.timeouts(TIMEOUTS));
    storm.run("defaults with these time-outs");
    assertThat(storm.goodput()).isGreaterThan(0.9);
    assertThat(storm.amplification()).isLessThan(1.1);
  }

  @Test
  void withAllDefaultsItDoesAsWell() throws Exception {
    Storm storm = new Storm(llm -> llm);
    storm.run("all defaults");
    assertThat(storm.goodput()).isGreaterThan(0.9);
    assertThat(storm.amplification()).isLessThan(1.1);
  }

  /** One storm. */
  private static final class Storm {
    private final VirtualTime time = new VirtualTime();
    private final Random arrivals = new Random(7);
    private final Server server = new Server(time);
    private final ResilientLlm llm;
    private int started;
    private int inWindow;
    private int answeredInWindow;

    Storm(UnaryOperator<ResilientLlm.Builder> settings) {
      Random jitter = new Random(11);
      ResilientLlm.Builder builder =
          ResilientLlm.with(server).time(time).executor(time).random(jitter::nextDouble);
      llm = settings.apply(builder).build();
    }

    void run(String name) throws Exception {
      time.run(
          () -> {
            while (time.nanos() < MEASURE_TO) {
              // Open loop: calls come as they come, however many are waiting.
              double gap = -Math.log(1 - arrivals.nextDouble()) / LOAD;
              time.pass(Duration.ofNanos((long) (gap * SECOND)));
              time.execute(this::call);
            }
          });
      System.out.printf(
          "Storm, %s: goodput %.2f, amplification %.2f (%d calls, %d attempts)%n",
          name, goodput(), amplification(), started, server.attempts);
    }

    /** The share of the calls two minutes after the outage that were answered. */
    double goodput() {
      return (double) answeredInWindow / inWindow;
    }

    double amplification() {
      return (double) server.attempts / started;
    }

    private void call() {
      boolean measured = time.nanos() >= MEASURE_FROM && time.nanos() < MEASURE_TO;
      started++;
      inWindow += measured ? 1 : 0;
      try {
        String answer = llm.chat(ChatRequest.of("How long does delivery take?")).text();
        answeredInWindow += measured && answer.equals("hello") ? 1 : 0;
      } catch (LlmException e) {
        // counted by not being counted
      }
    }
  }

  /**
   * Five workers who take half a second for each request, in the order of arrival, and do nothing
   * during the outage. Who gave up is served all the same.
   */
  private static final class Server implements LlmProvider {
    private static final long SERVICE = SECOND / 2;

    private final Time time;
    private final long[] freeAt = new long[5];
    int attempts;

    Server(Time time) {
      this.time = time;
    }

    @Override
    public String vendor() {
      return "server";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      attempts++;
      int worker = 0;
      for (int i = 1; i < freeAt.length; i++) {
        worker = freeAt[i] < freeAt[worker] ? i : worker;
      }
      long start = Math.max(time.nanos(), freeAt[worker]);
      if (start + SERVICE > OUTAGE_FROM && start < OUTAGE_TO) {
        start = OUTAGE_TO;
      }
      freeAt[worker] = start + SERVICE;
      return new Queued(start + SERVICE);
    }

    /** A request in the queue; its answer is there at a known instant. */
    private final class Queued implements ProviderCall {
      private final long readyAt;
      private boolean closed;
      private boolean said;
      private @Nullable Thread reader;

      Queued(long readyAt) {
        this.readyAt = readyAt;
      }

      @Override
      public ChatEvent.@Nullable Delta next() throws ProviderException {
        reader = Thread.currentThread();
        while (!closed && time.nanos() < readyAt) {
          time.park(readyAt);
        }
        reader = null;
        if (closed) {
          throw new ProviderException(ErrorKind.NETWORK, "closed");
        }
        if (said) {
          return null;
        }
        said = true;
        return new ChatEvent.TextDelta("hello");
      }

      @Override
      public Completion completion() {
        return Completion.of(FinishReason.STOP, Usage.unknown());
      }

      @Override
      public void close() {
        closed = true;
        if (reader != null) {
          time.unpark(reader);
        }
      }
    }
  }
}
