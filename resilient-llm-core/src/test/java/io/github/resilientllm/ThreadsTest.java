package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** On which threads a call runs, in real time. */
class ThreadsTest {
  private final AtomicReference<Thread> ran = new AtomicReference<>();
  private final ScriptedProvider vendor =
      new ScriptedProvider(
          "v",
          Time.system(),
          n -> {
            ran.set(Thread.currentThread());
            return Script.answer("hello");
          });

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
  void asyncCallsAndRacedAttemptsRunOnVirtualThreadsWhereThereAreSome() throws Exception {
    ResilientLlm.with(vendor).build().chatAsync(ChatRequest.of("q")).get(10, TimeUnit.SECONDS);
    assertThat(isVirtual(ran.get())).isTrue();
    ResilientLlm.with(vendor).hedge(Hedge.extraLoad(0.1)).build().chat("q");
    assertThat(isVirtual(ran.get())).isTrue();
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "virtual threads came with JDK 21")
  void beforeThatTheyRunOnDaemonThreads() throws Exception {
    ResilientLlm.with(vendor).build().chatAsync(ChatRequest.of("q")).get(10, TimeUnit.SECONDS);
    assertThat(ran.get().isDaemon()).isTrue();
    assertThat(ran.get()).isNotSameAs(Thread.currentThread());
  }

  @Test
  void anExecutorThatIsBroughtIsUsed() throws Exception {
    AtomicInteger tasks = new AtomicInteger();
    Executor counting =
        task -> {
          tasks.incrementAndGet();
          new Thread(task).start();
        };
    ResilientLlm llm =
        ResilientLlm.with(vendor).executor(counting).hedge(Hedge.extraLoad(0.1)).build();
    assertThat(llm.chatAsync(ChatRequest.of("q")).get(10, TimeUnit.SECONDS).text())
        .isEqualTo("hello");
    assertThat(tasks).hasValue(2); // the call, and its attempt
  }

  private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
    return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
  }
}
