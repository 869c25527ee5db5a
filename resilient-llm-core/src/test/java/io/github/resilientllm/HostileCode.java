package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What an application's code may do where the library calls it: throw, block, call the client
 * again, or interrupt the thread that it is on.
 *
 * <p>It knows for which of a run's calls a thread works, so that the time it takes away is taken
 * into account where a call is asked to be punctual.
 */
final class HostileCode {
  final List<String> violations = new ArrayList<>();
  private final VirtualTime time;
  private final Random random;
  private final double probability;
  private final Map<Thread, Integer> working = new HashMap<>();
  private final Map<Integer, Long> taken = new HashMap<>();
  private final Map<Integer, List<Long>> since = new HashMap<>(); // when what goes on began
  private final Set<Thread> ending = new HashSet<>();
  private final List<Thread> callingAgain = new ArrayList<>();
  private @Nullable LlmClient client;
  private int calls;
  private boolean hostile = true;

  HostileCode(VirtualTime time, Random random, double probability) {
    this.time = time;
    this.random = random;
    this.probability = probability;
  }

  /** Whom to call again. */
  void client(LlmClient llm) {
    client = llm;
  }

  /** From now on it does nothing. */
  void relent() {
    hostile = false;
  }

  boolean isHostile() {
    return hostile;
  }

  void check(boolean right, String what) {
    if (!right) {
      violations.add(time.nanos() / 1_000_000 + " ms: " + what);
    }
  }

  /** The number of a new call, for which the current thread works from now on. */
  int begin() {
    int number = calls++;
    working.put(Thread.currentThread(), number);
    ending.remove(Thread.currentThread());
    return number;
  }

  /** The current thread works for no call any more. */
  void done() {
    working.remove(Thread.currentThread());
  }

  /** The call for which the current thread works; -1 for none. */
  int current() {
    return working.getOrDefault(Thread.currentThread(), -1);
  }

  /** The current thread ends this call, unless it is one that works for some call anyway. */
  void ends(int number) {
    Thread me = Thread.currentThread();
    if (working.getOrDefault(me, -1) < 0 || ending.contains(me)) {
      ending.add(me);
      working.put(me, number);
    }
  }

  /** The time that was taken away from a call. */
  long taken(int number) {
    long goingOn =
        since.getOrDefault(number, List.of()).stream()
            .mapToLong(began -> time.nanos() - began)
            .sum();
    return taken.getOrDefault(number, 0L) + goingOn;
  }

  /** An executor whose threads work for the call that brought their task. */
  Executor working(Executor executor) {
    return task -> {
      int number = current();
      executor.execute(
          () -> {
            Thread me = Thread.currentThread();
            int before = working.getOrDefault(me, -1);
            boolean wasEnding = ending.remove(me);
            working.put(me, number);
            try {
              task.run();
            } finally {
              working.put(me, before);
              if (wasEnding) {
                ending.add(me);
              }
            }
          });
    };
  }

  /** Does its worst, at times. */
  void meddle(String where) {
    if (!hostile || random.nextDouble() >= probability) {
      return;
    }
    if (isOnTheWatchdog()) { // but for the line about an attempt that could not be closed
      check(where.equals("appender"), where + " runs on the thread that watches all clocks");
      return;
    }
    long start = time.nanos();
    int number = current();
    since.computeIfAbsent(number, n -> new ArrayList<>()).add(start);
    try {
      switch (random.nextInt(5)) {
        case 0 -> throw new IllegalStateException("hostile " + where);
        case 1 -> throw new NoClassDefFoundError("hostile " + where);
        case 2 -> block();
        case 3 -> callAgain();
        default -> Thread.currentThread().interrupt();
      }
    } finally {
      since.get(number).remove(start);
      taken.merge(number, time.nanos() - start, Long::sum);
    }
  }

  /** Throws, at times: where blocking is what nobody may do. */
  void throwUp(String where) {
    if (hostile && random.nextDouble() < probability) {
      throw new IllegalStateException("hostile " + where);
    }
  }

  private void block() {
    long until = time.nanos() + Duration.ofMillis(50L * (1 + random.nextInt(40))).toNanos();
    while (time.nanos() < until && !Thread.currentThread().isInterrupted()) {
      time.park(until);
    }
  }

  private void callAgain() {
    Thread me = Thread.currentThread();
    LlmClient llm = client;
    if (llm == null || callingAgain.contains(me)) {
      return;
    }
    int before = working.getOrDefault(me, -1);
    boolean wasEnding = ending.contains(me);
    callingAgain.add(me);
    int number = begin();
    try {
      llm.chat(
          ChatRequest.builder()
              .user(ChaosVendor.PROMPT + number)
              .timeout(Duration.ofSeconds(1))
              .build());
    } catch (LlmException e) {
      // as good an end as any
    } catch (RuntimeException | Error e) {
      check(false, "call " + number + ", made from within another one, threw " + e);
    } finally {
      callingAgain.remove(me);
      working.put(me, before);
      if (wasEnding) {
        ending.add(me);
      }
    }
  }

  private static boolean isOnTheWatchdog() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(
                    frame ->
                        frame.getClassName().equals(VirtualTime.class.getName())
                            && frame.getMethodName().equals("expire")));
  }
}
