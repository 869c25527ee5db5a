package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.call.Engine;
import io.github.resilientllm.internal.target.EngineTarget;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a target could take over, known before it has to: by a {@link Check}, which sends
 * nothing, or by a {@link Drill}, which asks it.
 */
public sealed interface Readiness {

  /** The target's name. */
  String target();

  /** Whether the target can serve the request, or has done so. */
  boolean ready();

  /**
   * What is known without sending anything.
   *
   * @param obstacle why the target cannot serve the request, without content; null if nothing is
   *     known against it
   * @param leftOut what of the request would not reach it, in short phrases without content
   */
  record Check(String target, @Nullable String obstacle, List<String> leftOut)
      implements Readiness {

    /** Copies the list. */
    public Check {
      leftOut = List.copyOf(leftOut);
    }

    @Override
    public boolean ready() {
      return obstacle == null;
    }
  }

  /**
   * What came of asking. Either {@code answer} or {@code failure} is null.
   *
   * @param duration from the first attempt to the end, retries and their waits included
   * @param answer what the target answered
   * @param failure why it did not
   */
  record Drill(
      String target,
      Duration duration,
      @Nullable ChatResponse answer,
      @Nullable LlmException failure)
      implements Readiness {

    @Override
    public boolean ready() {
      return answer != null;
    }

    static Drill of(Engine engine, EngineTarget target, ChatRequest request) {
      long start = engine.time().nanos();
      ChatResponse answer = null;
      LlmException failure = null;
      try {
        answer = engine.chat(request, target);
      } catch (LlmException e) {
        failure = e;
      }
      Duration duration = Duration.ofNanos(engine.time().nanos() - start);
      return new Drill(target.name(), duration, answer, failure);
    }
  }
}
