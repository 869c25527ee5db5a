package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.policy.Budget;
import io.github.resilientllm.spring.LlmBreakerChanged;
import io.github.resilientllm.spring.LlmTargetForced;
import io.github.resilientllm.spring.LlmTargetReset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jmx.JmxEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.jmx.JmxEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.jmx.JmxOperation;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jmx.JmxAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;

/** The actuator's endpoints, called as the actuator calls them. */
class EndpointsTest {
  private final Desk desk =
      new Desk()
          .opensAtOnce()
          .vendor("sick", fail(ErrorKind.NETWORK))
          .vendor("well", answer("the secret answer"));

  @Test
  void policiesAreShownWithTheirPlanAndTargets() {
    actuator()
        .run(
            context -> {
              ask(context);
              Map<String, Object> all = map(call(context, "resilientllm", "policies", Map.of()));
              Map<String, Object> support = map(map(all.get("policies")).get("support"));
              assertThat(support).containsEntry("isDefault", true);
              assertThat(map(support.get("plan"))).containsEntry("maxAttempts", 2);
              Map<String, Object> sick = map(map(support.get("targets")).get("sick-target"));
              assertThat(sick)
                  .containsEntry("state", "OPEN")
                  .containsEntry("failures", 1L)
                  .containsKey("probeAt");
              assertThat(map(map(support.get("targets")).get("well-target")))
                  .containsEntry("state", "CLOSED")
                  .containsEntry("retryTokens", Budget.standard().capacity());
              assertThat(map(call(context, "resilientllm", "policy", Map.of("policy", "support"))))
                  .containsEntry("plan", support.get("plan"))
                  .containsKey("targets");
              assertThat(call(context, "resilientllm", "policy", Map.of("policy", "other")))
                  .isNull();
            });
  }

  @Test
  void eventsAreShownOldestFirst() {
    actuator()
        .run(
            context -> {
              ask(context);
              assertThat(events(context, Map.of()))
                  .extracting(event -> event.get("type") + " " + event.get("error"))
                  .containsExactly("breaker null", "attempt NETWORK", "attempt null", "call null");
              assertThat(events(context, Map.of()))
                  .extracting(event -> event.get("policy"))
                  .containsOnly("support");
            });
  }

  @Test
  void eventsAreFilteredByPolicyAndTarget() {
    actuator()
        .run(
            context -> {
              ask(context);
              assertThat(events(context, Map.of("target", "sick-target"))).hasSize(2);
              assertThat(events(context, Map.of("policy", "support"))).hasSize(4);
              assertThat(events(context, Map.of("policy", "other"))).isEmpty();
            });
  }

  @Test
  void onlyTheLastEventsAreKept() {
    actuator()
        .withPropertyValues("resilient-llm.observability.events=3")
        .run(
            context -> {
              ask(context);
              ask(context);
              assertThat(events(context, Map.of())).hasSize(3);
              assertThat(events(context, Map.of()).get(2)).containsEntry("type", "call");
            });
  }

  @Test
  void nothingOfWhatWasSaidIsShown() {
    actuator()
        .run(
            context -> {
              ask(context);
              assertThat(events(context, Map.of()).toString()).doesNotContain("secret");
            });
  }

  @Test
  void aTargetIsResetByWhoeverHasUnrestrictedAccessAndTheApplicationHears() {
    List<Object> heard = new ArrayList<>();
    actuator()
        .withPropertyValues("management.endpoint.resilientllm.access=UNRESTRICTED")
        .withInitializer(context -> context.addApplicationListener(hearing(heard)))
        .run(
            context -> {
              ask(context);
              assertThat(breakers(context)).containsEntry("sick-target", BreakerState.OPEN);
              Map<String, Object> done = change(context, Map.of("target", "sick-target"));
              assertThat(done)
                  .containsEntry("target", "sick-target")
                  .containsEntry("operation", "reset");
              assertThat(breakers(context)).containsEntry("sick-target", BreakerState.CLOSED);
              assertThat(heard)
                  .contains(new LlmTargetReset("sick-target", List.of("support")))
                  .contains(
                      new LlmBreakerChanged(
                          "sick-target",
                          BreakerState.CLOSED,
                          BreakerState.OPEN,
                          List.of("support")));
              assertThat(catchThrowable(() -> change(context, Map.of("target", "nobody"))))
                  .hasMessageContaining("No policy asks a target named \"nobody\"");
            });
  }

  @Test
  void withThatAccessATargetIsForcedOutOfServiceOrToStayInIt() {
    List<Object> heard = new ArrayList<>();
    actuator()
        .withInitializer(context -> context.addApplicationListener(hearing(heard)))
        .withPropertyValues("management.endpoint.resilientllm.access=UNRESTRICTED")
        .run(
            context -> {
              change(context, Map.of("target", "well-target", "operation", "force-open"));
              change(context, Map.of("target", "sick-target", "operation", "force-closed"));
              assertThat(breakers(context))
                  .containsEntry("well-target", BreakerState.OPEN)
                  .containsEntry("sick-target", BreakerState.CLOSED);
              assertThat(shown(context, "well-target"))
                  .containsEntry("state", "OPEN")
                  .containsEntry("forced", true)
                  .doesNotContainKey("probeAt");
              assertThat(heard)
                  .contains(
                      new LlmTargetForced("well-target", BreakerState.OPEN, List.of("support")),
                      new LlmTargetForced("sick-target", BreakerState.CLOSED, List.of("support")));

              change(context, Map.of("target", "well-target", "operation", "reset"));
              assertThat(shown(context, "well-target"))
                  .containsEntry("state", "CLOSED")
                  .doesNotContainKey("forced");
              assertThat(
                      catchThrowable(
                          () ->
                              change(
                                  context, Map.of("target", "well-target", "operation", "open"))))
                  .hasMessageContaining("there are reset, force-open and force-closed");
            });
  }

  private static Map<String, Object> shown(ApplicationContext context, String target) {
    Map<String, Object> policy =
        map(call(context, "resilientllm", "policy", Map.of("policy", "support")));
    return map(map(policy.get("targets")).get(target));
  }

  private static Map<String, Object> change(ApplicationContext context, Map<String, Object> what) {
    return map(call(context, "resilientllm", "change", what));
  }

  @Test
  void withoutThatAccessNothingCanBeChanged() {
    actuator()
        .run(
            context ->
                assertThat(
                        catchThrowable(
                            () ->
                                call(
                                    context,
                                    "resilientllm",
                                    "change",
                                    Map.of("target", "sick-target"))))
                    .isInstanceOf(NoSuchElementException.class));
  }

  private static ApplicationListener<ApplicationEvent> hearing(List<Object> heard) {
    return event -> {
      if (event instanceof PayloadApplicationEvent<?> told) {
        heard.add(told.getPayload());
      }
    };
  }

  private static Map<String, BreakerState> breakers(ApplicationContext context) {
    return Contexts.clients(context).resilient("support").breakers();
  }

  @Test
  void whatIsNotExposedIsNotThere() {
    actuator()
        .withPropertyValues("management.endpoints.jmx.exposure.include=resilientllm")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(ResilientLlmEndpoint.class)
                    .doesNotHaveBean(ResilientLlmEventsEndpoint.class)
                    .doesNotHaveBean(EventLog.class));
  }

  @Test
  void aBufferOfNoSizeIsRefused() {
    actuator()
        .withPropertyValues("resilient-llm.observability.events=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("resilient-llm.observability.events is 1 to 65536"));
  }

  private ApplicationContextRunner actuator() {
    return Contexts.observing(desk)
        .withConfiguration(
            AutoConfigurations.of(
                JmxAutoConfiguration.class,
                EndpointAutoConfiguration.class,
                JmxEndpointAutoConfiguration.class))
        .withPropertyValues(
            "spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*");
  }

  private static void ask(ApplicationContext context) {
    Contexts.clients(context).client("support").chat("the secret question");
  }

  private static Object call(
      ApplicationContext context, String endpoint, String operation, Map<String, Object> with) {
    JmxOperation found =
        context.getBean(JmxEndpointsSupplier.class).getEndpoints().stream()
            .filter(each -> each.getEndpointId().toString().equals(endpoint))
            .flatMap(each -> each.getOperations().stream())
            .filter(each -> each.getName().equals(operation))
            .findFirst()
            .orElseThrow();
    return found.invoke(new InvocationContext(SecurityContext.NONE, with));
  }

  private static List<Map<String, Object>> events(
      ApplicationContext context, Map<String, Object> with) {
    Map<String, Object> answer = map(call(context, "resilientllmevents", "events", with));
    return ((List<?>) answer.get("events")).stream().map(EndpointsTest::map).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}
