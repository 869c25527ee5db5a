package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.TurnKey;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.testing.Face;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** The metrics of OpenTelemetry's conventions as Boot and Prometheus make them. */
class GenAiMetricsTest {
  private final Desk desk = new Desk();

  @Test
  void aCallIsTimedAndItsTokensCountedByTheConventionsNames() {
    desk.vendor("openai", answer("hello"));
    prometheus()
        .run(
            context -> {
              Face.STREAM.call(Contexts.clients(context).client("support"), Time.system());
              String all = scrape(context);
              assertThat(all)
                  .contains("gen_ai_client_operation_duration_seconds_count{")
                  .contains("gen_ai_client_operation_duration_seconds_bucket{")
                  .contains("gen_ai_client_operation_time_to_first_chunk_seconds_count{")
                  .contains("gen_ai_client_token_usage_sum{")
                  .contains("gen_ai_token_type=\"input\"")
                  .contains("gen_ai_token_type=\"output\"")
                  .contains("le=\"0.01\"", "le=\"81.92\"", "le=\"6.7108864E7\"");
            });
  }

  @Test
  void ownMetersAndTheConventionsHaveTheSameTagsWhateverComes() {
    desk.vendor("openai", answer("1"), fail(ErrorKind.UNAUTHORIZED));
    prometheus()
        .run(
            context -> {
              LlmClients clients = Contexts.clients(context);
              clients.client("support").chat("q");
              assertThat(catchThrowable(() -> clients.client("support").chat("q"))).isNotNull();
              assertThat(catchThrowable(() -> clients.client("support").chat("q"))).isNotNull();
              String all = scrape(context);
              assertThat(all)
                  .containsPattern("resilient_llm_operation_seconds_count\\{.*none.*} 1")
                  .containsPattern("resilient_llm_operation_seconds_count\\{.*unauthorized.*} 1")
                  .containsPattern("gen_ai_client_operation_duration_seconds_count\\{.*unauth.*} 1")
                  .contains("resilient_llm_calls_total{")
                  .contains("resilient_llm_circuitbreaker_state{");
            });
  }

  @Test
  void anAnswerThatAConversationKeptIsNotPaidForTwice() {
    desk.vendor("openai", answer("hello")).journal(new MemoryJournal());
    prometheus()
        .run(
            context -> {
              LlmClients clients = Contexts.clients(context);
              clients.conversation("c").say(TurnKey.of("key"), "q");
              clients.conversation("c").say(TurnKey.of("key"), "q");
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              assertThat(
                      registry
                          .get("gen_ai.client.token.usage")
                          .tag("gen_ai.token.type", "input")
                          .summary()
                          .totalAmount())
                  .isEqualTo(3);
              assertThat(
                      registry.get("resilient.llm.tokens").tag("type", "input").counter().count())
                  .isEqualTo(3);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.springframework.ai.chat.model.ChatModel",
        "dev.langchain4j.model.chat.ChatModel"
      })
  void whereSomebodyElseEmitsThemTheirsStandAndOursKeepToTheirOwnNames(String theirClass) {
    desk.vendor("openai", answer("hello"));
    prometheus()
        .withClassLoader(new Knows(theirClass))
        .run(
            context -> {
              MeterRegistry registry = context.getBean(MeterRegistry.class);
              Counter theirs =
                  Counter.builder("gen_ai.client.token.usage")
                      .tag("gen_ai.system", "openai")
                      .register(registry);
              Contexts.clients(context).client("support").chat("q");
              theirs.increment(42);
              assertThat(scrape(context))
                  .contains("gen_ai_client_token_usage_total{gen_ai_system=\"openai\"} 42.0")
                  .doesNotContain("gen_ai_client_operation_duration")
                  .contains("resilient_llm_call_seconds_count{")
                  .contains("resilient_llm_operation_seconds_count{");
            });
  }

  @Test
  void whoAsksForThemGetsThemBesideSpringAi() {
    desk.vendor("openai", answer("hello"));
    prometheus()
        .withClassLoader(new Knows("org.springframework.ai.chat.model.ChatModel"))
        .withPropertyValues("resilient-llm.observability.gen-ai-metrics=on")
        .run(
            context -> {
              Contexts.clients(context).client("support").chat("q");
              assertThat(scrape(context)).contains("gen_ai_client_token_usage_sum{");
            });
  }

  /** A context with Boot's own metrics and observations, and a registry as Prometheus reads it. */
  private ApplicationContextRunner prometheus() {
    return Contexts.observing(desk)
        .withConfiguration(
            Contexts.boots(
                "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration",
                "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
                "org.springframework.boot.actuate.autoconfigure.metrics.export.prometheus.PrometheusMetricsExportAutoConfiguration",
                "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
                "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
                "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
                "org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration",
                "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"))
        .withPropertyValues("management.defaults.metrics.export.enabled=true");
  }

  private static String scrape(ApplicationContext context) {
    assertThat(context.getBean(ObservationRegistry.class).isNoop()).isFalse();
    return context.getBean(PrometheusMeterRegistry.class).scrape();
  }

  /** A class loader that has one class more. */
  private static final class Knows extends ClassLoader {
    private final String name;

    Knows(String name) {
      super(GenAiMetricsTest.class.getClassLoader());
      this.name = name;
    }

    @Override
    protected Class<?> findClass(String wanted) throws ClassNotFoundException {
      if (wanted.equals(name)) {
        ClassWriter type = new ClassWriter(0);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT;
        type.visit(
            Opcodes.V17, access, name.replace('.', '/'), null, "java/lang/Object", new String[0]);
        byte[] bytes = type.toByteArray();
        return defineClass(name, bytes, 0, bytes.length);
      }
      throw new ClassNotFoundException(wanted);
    }
  }
}
