package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.spring.LlmObservationContext;
import io.github.resilientllm.spring.LlmObservationConvention;
import io.github.resilientllm.testing.Face;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.micrometer.observation.transport.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** The observation of a call, which becomes a span and a timer. */
class ObservationsTest {
  private static final String NAME = "gen_ai.client.operation.duration";

  private final TestObservationRegistry observed = TestObservationRegistry.create();
  private final Desk desk = new Desk();
  private final List<CallContext> calls = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Face.class)
  void aCallIsOneObservationWhateverWasTried(Face face) {
    desk.vendor("openai", fail(ErrorKind.RATE_LIMITED))
        .vendor(
            "mistral",
            script()
                .says("hello")
                .done(
                    Completion.builder(FinishReason.STOP)
                        .vendorFinishReason("stop")
                        .usage(Usage.of(3, 5))
                        .from("id-1", "large")
                        .build()));
    observing()
        .run(
            context -> {
              face.call(client(context), Time.system());
              assertObserved()
                  .hasNumberOfObservationsEqualTo(1)
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasContextualNameEqualTo("chat m")
                  .hasBeenStarted()
                  .hasBeenStopped()
                  .doesNotHaveError()
                  .hasLowCardinalityKeyValue("gen_ai.operation.name", "chat")
                  .hasLowCardinalityKeyValue("gen_ai.provider.name", "openai")
                  .hasLowCardinalityKeyValue("gen_ai.request.model", "m")
                  .hasLowCardinalityKeyValue("gen_ai.response.model", "large")
                  .hasLowCardinalityKeyValue("error.type", "none")
                  .hasHighCardinalityKeyValue("gen_ai.response.id", "id-1")
                  .hasHighCardinalityKeyValue("gen_ai.response.finish_reasons", "[\"stop\"]")
                  .hasHighCardinalityKeyValue("gen_ai.usage.input_tokens", "3")
                  .hasHighCardinalityKeyValue("gen_ai.usage.output_tokens", "5")
                  .hasHighCardinalityKeyValue(
                      "gen_ai.request.stream", Boolean.toString(face == Face.STREAM))
                  .hasHighCardinalityKeyValue("resilient.llm.policy", "support")
                  .hasHighCardinalityKeyValue("resilient.llm.served_by", "mistral-target")
                  .hasHighCardinalityKeyValue("resilient.llm.outcome", "complete");
              assertThat(events)
                  .containsSubsequence("openai-target rate_limited", "fallback at mistral-target");
            });
  }

  @Test
  void aRequestsTagsAreShownIfTheyAreNamed() {
    desk.vendor("openai", answer("hello"));
    ChatRequest request =
        ChatRequest.builder().user("q").tag("tenant", "acme").tag("user", "4711").build();
    observing()
        .withPropertyValues("resilient-llm.observability.tags=tenant")
        .run(
            context -> {
              client(context).chat(request);
              assertObserved()
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasHighCardinalityKeyValue("resilient.llm.tag.tenant", "acme")
                  .doesNotHaveHighCardinalityKeyValueWithKey("resilient.llm.tag.user");
            });
  }

  @Test
  void itIsOfKindClientAndBelongsToWhatIsObservedAroundIt() {
    desk.vendor("openai", answer("hello"));
    observing()
        .run(
            context -> {
              Observation around = Observation.start("ticket", observed);
              around.scoped(() -> client(context).chat("q"));
              CallContext call = only();
              assertThat(call.getKind()).isEqualTo(Kind.CLIENT);
              assertThat(call.getParentObservation()).isEqualTo(around);
              around.stop();
            });
  }

  @Test
  void anAsyncCallBelongsToWhoMakesIt() {
    desk.vendor("openai", answer("hello"));
    observing()
        .run(
            context -> {
              Observation around = Observation.start("ticket", observed);
              around.scoped(() -> client(context).chatAsync(ChatRequest.of("q")).join());
              assertThat(only().getParentObservation()).isEqualTo(around);
              around.stop();
            });
  }

  @Test
  void aFailureIsItsError() {
    desk.vendor("openai", fail(ErrorKind.UNAUTHORIZED));
    observing()
        .run(
            context -> {
              assertThat(catchThrowable(() -> client(context).chat("q")))
                  .isInstanceOf(LlmException.class);
              assertObserved()
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasBeenStopped()
                  .hasLowCardinalityKeyValue("error.type", "unauthorized")
                  .hasLowCardinalityKeyValue("gen_ai.response.model", "none");
              assertThat(only().getError()).isInstanceOf(LlmException.class);
            });
  }

  @Test
  void aStreamsObservationEndsWhenItIsClosed() {
    desk.vendor("openai", script().says("hel").stalls());
    observing()
        .run(
            context -> {
              try (ChatStream unread = client(context).stream("q")) {
                assertThat(unread).isNotNull();
              }
              assertObserved().doesNotHaveAnyObservation();
              try (ChatStream stream = client(context).stream("q")) {
                stream.iterator().next();
              }
              assertObserved()
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasBeenStopped()
                  .doesNotHaveError()
                  .hasLowCardinalityKeyValue("error.type", "cancelled")
                  .hasHighCardinalityKeyValue("resilient.llm.outcome", "cancelled");
            });
  }

  @Test
  void aStreamSaysWhenItsFirstContentCame() {
    desk.vendor("openai", answer("hello"));
    observing()
        .run(
            context -> {
              Face.STREAM.call(client(context), Time.system());
              assertObserved()
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasHighCardinalityKeyValueWithKey("gen_ai.response.time_to_first_chunk");
            });
  }

  @Test
  void aConversationsCallBearsItsIdAndNothingThatWasSaid() {
    desk.vendor("openai", answer("the secret answer")).journal(new MemoryJournal());
    observing()
        .run(
            context -> {
              Contexts.clients(context).conversation("ticket-4711").say("the secret question");
              assertObserved()
                  .hasObservationWithNameEqualTo(NAME)
                  .that()
                  .hasHighCardinalityKeyValue("gen_ai.conversation.id", "ticket-4711");
              assertThat(only().toString()).doesNotContain("secret");
            });
  }

  @Test
  void aConventionOfTheApplicationsReplacesOurs() {
    desk.vendor("openai", answer("hello"));
    observing()
        .withBean(
            LlmObservationConvention.class,
            () ->
                new LlmObservationConvention("desk.calls") {
                  @Override
                  public KeyValues getHighCardinalityKeyValues(LlmObservationContext call) {
                    return super.getHighCardinalityKeyValues(call)
                        .and(KeyValue.of("desk", call.policy()));
                  }
                })
        .run(
            context -> {
              client(context).chat("q");
              assertObserved()
                  .hasObservationWithNameEqualTo("desk.calls")
                  .that()
                  .hasHighCardinalityKeyValue("desk", "support")
                  .hasLowCardinalityKeyValue("gen_ai.operation.name", "chat");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "false"}) // as YAML reads off
  void withoutTheConventionsMetricsItHasANameOfItsOwn(String off) {
    desk.vendor("openai", answer("hello"));
    observing()
        .withPropertyValues("resilient-llm.observability.gen-ai-metrics=" + off)
        .run(
            context -> {
              client(context).chat("q");
              assertObserved().hasObservationWithNameEqualTo("resilient.llm.call");
            });
  }

  private ApplicationContextRunner observing() {
    observed.observationConfig().observationHandler(new Keeper());
    return Contexts.observing(desk).withBean(ObservationRegistry.class, () -> observed);
  }

  /** Keeps what is told of calls. */
  private final class Keeper implements ObservationHandler<CallContext> {
    @Override
    public void onStart(CallContext call) {
      calls.add(call);
    }

    @Override
    public void onEvent(Observation.Event event, CallContext call) {
      events.add(event.getContextualName());
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return context instanceof CallContext;
    }
  }

  private TestObservationRegistryAssert assertObserved() {
    return TestObservationRegistryAssert.assertThat(observed);
  }

  private CallContext only() {
    assertThat(calls).hasSize(1);
    return calls.get(0);
  }

  private static LlmClient client(ApplicationContext context) {
    return Contexts.clients(context).client("support");
  }
}
