package io.github.resilientllm.examples.drill;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.examples.drill.BacklogRun.Done;
import io.github.resilientllm.examples.drill.BacklogRun.Live;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.Priority;
import io.github.resilientllm.policy.Breaker;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.test.time.TestTime;
import io.github.resilientllm.test.time.VirtualModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The drill's second act: jobs pile up in a long outage, and the vendor that comes back has little
 * room. Played in virtual time by loops that try again, and by an outbox; the live calls beside
 * them are the same client's.
 */
final class Backlog {
  private static final Duration CLOSING = Duration.ofMinutes(3);

  /** A vendor's limit holds for a while: whoever was quiet may ask this much at once. */
  private static final int LIMIT_SECONDS = 15;

  /** The longest pause of a loop between two tries. */
  private static final int MOST_PAUSE = 60;

  private final BacklogSettings settings;
  private final Path directory;

  /**
   * Nothing is played yet.
   *
   * @param directory where the outbox's files are, empty
   */
  Backlog(BacklogSettings settings, Path directory) {
    this.settings = settings;
    this.directory = directory;
  }

  BacklogOutcome play() throws Exception {
    return new BacklogOutcome(
        settings, new Play("retry loops").loops(), new Play("outbox").outbox());
  }

  /** Has a job done, however long that takes. */
  private interface Submission {
    void of(int job);
  }

  /** One way. All of its threads run one at a time. */
  private final class Play {
    private final String name;
    private final List<Double> submitted = new ArrayList<>();
    private final List<Done> done = new ArrayList<>();
    private final List<Live> live = new ArrayList<>();
    private final List<Double> forJobs = new ArrayList<>();
    private List<Double> requests = List.of();
    private List<Double> refused = List.of();

    Play(String name) {
      this.name = name;
    }

    BacklogRun loops() throws Exception {
      TestTime.run(
          settings.seed(),
          time -> {
            VirtualModel vendor = vendor(time);
            ResilientLlm once =
                time.client(
                    ResilientLlm.with(noting(vendor, time))
                        .retry(Retry.none())
                        .breaker(Breaker.none()));
            RandomGenerator luck = new SplittableRandom(settings.seed() + 1);
            unfold(time, vendor, job -> time.beside(() -> insist(job, once, luck, time)));
          });
      return run();
    }

    /** Tries until it is done, with a pause that doubles to a minute, jittered. */
    private void insist(int job, ResilientLlm once, RandomGenerator luck, TestTime time) {
      double end = settings.end() + 300;
      for (int tries = 0; seconds(time) < end; tries++) {
        try {
          ChatResponse unused = once.chat("job " + job);
          done.add(new Done(job, seconds(time)));
          return;
        } catch (LlmException failed) {
          double pause = Math.min(MOST_PAUSE, 1 << Math.min(tries, 6));
          time.pass(Duration.ofMillis((long) (1000 * pause * (0.5 + luck.nextDouble() / 2))));
        }
      }
    }

    BacklogRun outbox() throws Exception {
      TestTime.run(
          settings.seed(),
          time -> {
            VirtualModel vendor = vendor(time);
            ResilientLlm llm = time.client(ResilientLlm.with(noting(vendor, time)));
            // What is played in virtual time need not survive a loss of power.
            FileOutbox.Builder files = FileOutbox.builder(directory).sync(FileJournal.Sync.none());
            try (FileOutbox store = time.store(files)) {
              Outbox outbox =
                  time.outbox(
                      Outbox.with(llm)
                          .store(store)
                          .handler(
                              "job",
                              answer ->
                                  done.add(
                                      new Done(Integer.parseInt(answer.key()), seconds(time)))));
              outbox.start();
              unfold(
                  time,
                  vendor,
                  job -> {
                    OutboxItem unused = outbox.submit(work(job));
                  });
              outbox.close(CLOSING);
            }
          });
      return run();
    }

    private Work work(int job) {
      return Work.of("job " + job)
          .handler("job")
          .key("" + job)
          .priority(settings.isCritical(job) ? Priority.CRITICAL : Priority.NORMAL);
    }

    private VirtualModel vendor(TestTime time) {
      VirtualModel vendor =
          time.model("vendor")
              .answering(Duration.ofMillis(300), Duration.ofMillis(5), 20)
              .varying(0.2)
              .limitedTo(LIMIT_SECONDS * settings.limit(), Duration.ofSeconds(LIMIT_SECONDS));
      vendor.fails(ErrorKind.SERVER_ERROR).from(BacklogSettings.BEFORE).lasting(settings.outage());
      return vendor;
    }

    /** The vendor as jobs see it. */
    private LlmProvider noting(VirtualModel vendor, TestTime time) {
      return new LlmProvider() {
        @Override
        public String vendor() {
          return vendor.vendor();
        }

        @Override
        public String model() {
          return vendor.model();
        }

        @Override
        public ProviderCall newCall(ChatRequest request, CallOptions options) {
          forJobs.add(seconds(time));
          return vendor.newCall(request, options);
        }
      };
    }

    /** Jobs and live calls come as they come, whatever becomes of those before. */
    private void unfold(TestTime time, VirtualModel vendor, Submission submission) {
      ResilientLlm client = time.client(ResilientLlm.with(vendor));
      SplittableRandom arrivals = new SplittableRandom(settings.seed());
      double gap = (double) settings.outage().toSeconds() / settings.jobs();
      double nextLive = 0;
      int job = 0;
      while (nextLive < settings.end()) {
        double nextJob =
            job < settings.jobs() ? BacklogSettings.down() + job * gap : Double.POSITIVE_INFINITY;
        pass(time, Math.min(nextJob, nextLive));
        if (nextJob <= nextLive) {
          submitted.add(seconds(time));
          submission.of(job++);
        } else {
          time.beside(() -> live(client, time));
          nextLive -= Math.log(1 - arrivals.nextDouble()) / settings.livePerSecond();
        }
      }
      time.pass(CLOSING);
      requests = vendor.asked().stream().map(Play::seconds).toList();
      refused = vendor.refused().stream().map(Play::seconds).toList();
    }

    private void live(ResilientLlm client, TestTime time) {
      double begun = seconds(time);
      boolean isAnswered = true;
      try {
        ChatResponse unused = client.chat("somebody waits");
      } catch (LlmException failed) {
        isAnswered = false;
      }
      live.add(new Live(begun, seconds(time) - begun, isAnswered));
    }

    private BacklogRun run() {
      return new BacklogRun(
          name,
          requests,
          List.copyOf(forJobs),
          refused,
          List.copyOf(submitted),
          List.copyOf(done),
          List.copyOf(live));
    }

    private static void pass(TestTime time, double until) {
      double left = until - seconds(time);
      if (left > 0) {
        time.pass(Duration.ofNanos((long) (left * 1e9)));
      }
    }

    private static double seconds(TestTime time) {
      return seconds(time.elapsed());
    }

    private static double seconds(Duration since) {
      return since.toNanos() / 1e9;
    }
  }
}
