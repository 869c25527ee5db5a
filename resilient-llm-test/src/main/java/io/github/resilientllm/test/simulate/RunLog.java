package io.github.resilientllm.test.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.CallListener;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A listener that writes what becomes of a client's calls into a file, without content, for a
 * {@link RecordedRun} to read.
 *
 * <pre>{@code
 * ResilientLlm llm = ResilientLlm.with(gpt).fallback(claude).listener(RunLog.to(file)).build();
 * }</pre>
 *
 * <p>A line of fields between tabs for each call and each of its attempts, which is written when
 * the call has ended, by its thread. Of clients that write into the same file each has a log of its
 * own. Safe for use by several threads.
 */
public final class RunLog implements CallListener, AutoCloseable {
  /** Half a year at a call a second. What comes after is not written. */
  private static final long MOST_BYTES = 2L << 30;

  /** Calls under way; of more nothing is known. */
  private static final int MOST_OPEN = 100_000;

  private final OutputStream out;
  private final InstantSource clock;
  private final Map<Long, Open> open = new ConcurrentHashMap<>();
  private final AtomicLong written = new AtomicLong();

  private RunLog(OutputStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  /**
   * One that appends to a file.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public static RunLog to(Path file) {
    return to(file, InstantSource.system());
  }

  /** One with another clock, for tests. */
  public static RunLog to(Path file, InstantSource clock) {
    try {
      // No channel: the interrupt of a caller that cancels would close it.
      return new RunLog(new FileOutputStream(file.toFile(), true), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A call under way, of whose events only one is told at a time. */
  private static final class Open {
    private final long start;
    private final List<String[]> attempts = new ArrayList<>();

    Open(long start) {
      this.start = start;
    }

    synchronized void add(Attempt attempt) {
      attempts.add(
          new String[] {
            "try",
            Long.toString(start + attempt.startedAfter().toMillis()),
            millis(attempt.duration()),
            attempt.target().replaceAll("\\s", " "),
            attempt.error().map(Enum::name).orElse("-"),
            attempt.timeToFirstToken().map(RunLog::millis).orElse("-"),
            "-",
            tokens(attempt.usage().outputTokens())
          });
    }

    /** The vendor has asked to wait, after the last attempt at it. */
    synchronized void delay(String target, Duration delay) {
      for (int i = attempts.size() - 1; i >= 0; i--) {
        if (attempts.get(i)[3].equals(target)) {
          attempts.get(i)[6] = millis(delay);
          return;
        }
      }
    }

    synchronized String lines(CallEvent.CallEnded ended) {
      StringBuilder lines = new StringBuilder(160 * (1 + attempts.size()));
      lines.append("call\t").append(start).append('\t').append(millis(ended.duration()));
      lines.append('\t').append(ended.outcome()).append('\n');
      attempts.forEach(attempt -> lines.append(String.join("\t", attempt)).append('\n'));
      return lines.toString();
    }
  }

  @Override
  public void on(CallEvent event) {
    if (event instanceof CallEvent.CallStarted started) {
      if (open.size() < MOST_OPEN) {
        open.put(started.callId(), new Open(clock.millis()));
      }
    } else if (event instanceof CallEvent.AttemptEnded ended) {
      Open call = open.get(ended.callId());
      if (call != null && ended.attempt().kind() != Attempt.Kind.SKIPPED) {
        call.add(ended.attempt());
      }
    } else if (event instanceof CallEvent.RetryScheduled retry) {
      Open call = open.get(retry.callId());
      if (call != null && retry.byServer()) {
        call.delay(retry.target(), retry.delay());
      }
    } else if (event instanceof CallEvent.CallEnded ended) {
      end(ended, open.remove(ended.callId()));
    }
  }

  private void end(CallEvent.CallEnded ended, @Nullable Open call) {
    if (call == null) {
      return;
    }
    byte[] lines = call.lines(ended).getBytes(UTF_8);
    if (written.addAndGet(lines.length) > MOST_BYTES) {
      return;
    }
    try {
      out.write(lines); // at once, so that calls do not mix
    } catch (IOException e) {
      throw new UncheckedIOException("A call could not be logged", e);
    }
  }

  /** Closes the file; calls under way are not in it. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }

  private static String tokens(OptionalLong count) {
    return count.isPresent() ? Long.toString(count.getAsLong()) : "-";
  }
}
