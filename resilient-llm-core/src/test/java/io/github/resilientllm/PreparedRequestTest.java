package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.PreparedRequest;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.Script;
import io.github.resilientllm.testing.ScriptedProvider;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request is prepared once for each target, however often it is sent. */
class PreparedRequestTest {
  private final VirtualTime time = new VirtualTime();

  /** A provider that counts what it prepares, and may fail at it. */
  private record Counting(ScriptedProvider provider, AtomicInteger prepared, boolean fails)
      implements LlmProvider {

    @Override
    public String vendor() {
      return provider.vendor();
    }

    @Override
    public String model() {
      return provider.model();
    }

    @Override
    public PreparedRequest prepare(ChatRequest request) throws ProviderException {
      prepared.incrementAndGet();
      if (fails) {
        throw new ProviderException(ErrorKind.INVALID_REQUEST, "cannot be written");
      }
      return options -> provider.newCall(request, options);
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      throw new AssertionError("an attempt that was not prepared");
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void retriesSendWhatTheFirstAttemptPrepared(Face face) throws Exception {
    Counting sick =
        counting("a", fail(ErrorKind.SERVER_ERROR), fail(ErrorKind.NETWORK), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, sick).retry(Retry.upTo(3)).build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
    assertThat(sick.provider().attempts()).isEqualTo(3);
    assertThat(sick.prepared()).hasValue(1);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void eachTargetAndEachCallPreparesItsOwn(Face face) throws Exception {
    Counting sick = counting("a", fail(ErrorKind.OVERLOADED));
    Counting well = counting("b", answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, sick, well).retry(Retry.none()).build();
    time.run(
        () -> {
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
          assertThat(face.call(llm, time).text()).isEqualTo("hello");
        });
    assertThat(sick.prepared()).hasValue(2);
    assertThat(well.prepared()).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void whatCannotBePreparedFailsAsAnAttempt(Face face) throws Exception {
    Counting unable =
        new Counting(ScriptedProvider.of("a", time, answer("x")), new AtomicInteger(), true);
    ResilientLlm llm = VirtualClient.with(time, unable).build();
    time.run(
        () -> assertThat(face.call(llm, time).error().kind()).isEqualTo(ErrorKind.INVALID_REQUEST));
    assertThat(unable.prepared()).hasValue(1);
  }

  @Test
  void aProviderThatPreparesNothingIsAskedForEachAttempt() throws Exception {
    ScriptedProvider plain =
        ScriptedProvider.of("a", time, fail(ErrorKind.NETWORK), answer("hello"));
    ResilientLlm llm = VirtualClient.with(time, plain).build();
    time.run(() -> assertThat(Face.BLOCKING.call(llm, time).text()).isEqualTo("hello"));
    assertThat(plain.attempts()).isEqualTo(2);
  }

  private Counting counting(String name, Script... scripts) {
    return new Counting(ScriptedProvider.of(name, time, scripts), new AtomicInteger(), false);
  }
}
