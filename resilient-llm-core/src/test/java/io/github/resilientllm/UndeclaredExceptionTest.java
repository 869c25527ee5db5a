package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checked exceptions that nobody declared, as providers and listeners in Kotlin throw them. */
class UndeclaredExceptionTest {
  private final VirtualTime time = new VirtualTime();

  private enum Where {
    NEW_CALL,
    FIRST_PIECE,
    SECOND_PIECE,
    COMPLETION
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void oneOfAProvidersIsAFailureOfTheAttemptAndNothingLeaks(Face face) throws Exception {
    for (Where where : Where.values()) {
      for (Hedge hedge : new Hedge[] {Hedge.none(), Hedge.extraLoad(0.1)}) {
        List<CallEvent> events = new ArrayList<>();
        ResilientLlm llm =
            VirtualClient.with(
                    time, new Throwing(where), ScriptedProvider.of("other", time, answer("hello")))
                .hedge(hedge)
                .retry(Retry.none())
                .listener(events::add)
                .build();
        time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
        assertThat(llm.engine().targets()).allMatch(target -> target.standing().inFlight() == 0);
        assertThat(events).filteredOn(CallEvent.AttemptStarted.class::isInstance).hasSize(2);
        assertThat(events).filteredOn(CallEvent.AttemptEnded.class::isInstance).hasSize(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Face.class)
  void oneOfAListenersIsTheListenersOwn(Face face) throws Exception {
    ResilientLlm llm =
        VirtualClient.with(time, ScriptedProvider.of("v", time, answer("hello")))
            .listener(event -> throwIt())
            .build();
    time.run(() -> assertThat(face.call(llm, time).text()).isEqualTo("hello"));
  }

  private static void throwIt() {
    UndeclaredExceptionTest.<RuntimeException>throwUndeclared(new IOException("undeclared"));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> void throwUndeclared(Exception checked) throws E {
    throw (E) checked;
  }

  /** A provider that throws one somewhere. */
  private record Throwing(Where where) implements LlmProvider {
    @Override
    public String vendor() {
      return "throwing";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      throwAt(Where.NEW_CALL);
      return new ProviderCall() {
        private boolean begun;

        @Override
        public ChatEvent.@Nullable Delta next() {
          throwAt(begun ? Where.SECOND_PIECE : Where.FIRST_PIECE);
          begun = true;
          return where == Where.COMPLETION ? null : new ChatEvent.TextDelta("a");
        }

        @Override
        public Completion completion() {
          throwAt(Where.COMPLETION);
          return Completion.of(FinishReason.STOP, Usage.unknown());
        }

        @Override
        public void close() {}
      };
    }

    private void throwAt(Where here) {
      if (here == where) {
        throwIt();
      }
    }
  }
}
