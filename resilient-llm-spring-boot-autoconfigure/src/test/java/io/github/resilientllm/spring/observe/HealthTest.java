package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.journal.Journal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ReflectionUtils;

/** Health, on whichever line of Boot this runs. */
class HealthTest {
  private static final String INDICATOR = "resilientLlmHealthIndicator";
  private static final String JOURNAL = "resilientLlmJournalHealthIndicator";

  private final Desk desk = new Desk().opensAtOnce();

  @Test
  void itIsUpAndTellsOfTheTargets() {
    desk.vendor("gpt", answer("hello")).vendor("claude", answer("hello"));
    Contexts.observing(desk)
        .run(
            context -> {
              assertThat(status(context)).isEqualTo("UP");
              assertThat(target(context, "gpt"))
                  .containsEntry("state", "CLOSED")
                  .containsEntry("vendor", "gpt")
                  .containsEntry("model", "m")
                  .containsKey("since")
                  .doesNotContainKey("probeAt");
              assertThat(target(context, "claude")).containsEntry("rank", 1);
            });
  }

  @Test
  void itStaysUpWhileEveryTargetIsOpen() {
    exhausted()
        .run(
            context -> {
              exhaust(context);
              assertThat(status(context)).isEqualTo("UP");
              assertThat(target(context, "gpt"))
                  .containsEntry("state", "OPEN")
                  .containsEntry("failureShare", 1.0)
                  .containsKey("probeAt");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNKNOWN", "OUT_OF_SERVICE", "DOWN"})
  void itSaysWhatItIsToldToSayThen(String wanted) {
    exhausted()
        .withPropertyValues("resilient-llm.health.status-when-exhausted=" + wanted)
        .run(
            context -> {
              assertThat(status(context)).isEqualTo("UP");
              exhaust(context);
              assertThat(status(context)).isEqualTo(wanted);
            });
  }

  @Test
  void oneTargetThatIsLeftIsEnough() {
    desk.vendor("gpt", fail(ErrorKind.NETWORK)).vendor("claude", answer("hello"));
    Contexts.observing(desk)
        .withPropertyValues("resilient-llm.health.status-when-exhausted=down")
        .run(
            context -> {
              Contexts.clients(context).client("support").chat("q");
              assertThat(target(context, "gpt")).containsEntry("state", "OPEN");
              assertThat(status(context)).isEqualTo("UP");
            });
  }

  @Test
  void aTargetThatIsForcedIsSaidToBeAndHasNoProbe() {
    desk.vendor("gpt", answer("hello")).vendor("claude", fail(ErrorKind.NETWORK));
    Contexts.observing(desk)
        .withPropertyValues("resilient-llm.health.status-when-exhausted=down")
        .run(
            context -> {
              ResilientLlm client = Contexts.clients(context).resilient("support");
              client.forceOpen("gpt-target");
              client.forceClosed("claude-target");
              exhaust(context);
              assertThat(target(context, "gpt"))
                  .containsEntry("state", "OPEN")
                  .containsEntry("forced", true)
                  .doesNotContainKey("probeAt");
              assertThat(target(context, "claude"))
                  .containsEntry("state", "CLOSED")
                  .containsEntry("forced", true);
              assertThat(status(context)).isEqualTo("UP");

              client.forceOpen("claude-target");
              assertThat(status(context)).isEqualTo("DOWN");

              client.reset("gpt-target");
              assertThat(target(context, "gpt"))
                  .containsEntry("state", "CLOSED")
                  .doesNotContainKey("forced");
              assertThat(status(context)).isEqualTo("UP");
            });
  }

  @Test
  void itCanBeSwitchedOff() {
    exhausted()
        .withPropertyValues("management.health.resilient-llm.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(INDICATOR));
  }

  @Test
  void anApplicationsOwnIndicatorStands() {
    exhausted()
        .withBean(INDICATOR, String.class, () -> "mine")
        .run(context -> assertThat(context.getBean(INDICATOR)).isEqualTo("mine"));
  }

  @Test
  void theJournalIsUpWhileItCanLookForAConversation() {
    desk.vendor("gpt", answer("hello"));
    MemoryJournal journal = new MemoryJournal();
    Contexts.observing(desk)
        .withBean(Journal.class, () -> journal)
        .run(
            context -> {
              Object health = call(context.getBean(JOURNAL), "health");
              assertThat(call(health, "getStatus")).hasToString("UP");
              journal.close();
              health = call(context.getBean(JOURNAL), "health");
              assertThat(call(health, "getStatus")).hasToString("DOWN");
              assertThat(map(call(health, "getDetails")))
                  .containsEntry("reason", "CLOSED")
                  .containsEntry("error", "The journal was closed");
            });
    Contexts.observing(desk)
        .withBean(Journal.class, MemoryJournal::new)
        .withPropertyValues("management.health.resilient-llm-journal.enabled=false")
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JOURNAL));
  }

  private ApplicationContextRunner exhausted() {
    desk.vendor("gpt", fail(ErrorKind.NETWORK));
    return Contexts.observing(desk);
  }

  private static void exhaust(ApplicationContext context) {
    assertThat(catchThrowable(() -> Contexts.clients(context).client("support").chat("q")))
        .isNotNull();
  }

  private static String status(ApplicationContext context) {
    return String.valueOf(call(call(health(context), "getStatus"), "getCode"));
  }

  private static Map<String, Object> target(ApplicationContext context, String vendor) {
    Map<String, Object> details = map(call(health(context), "getDetails"));
    Map<String, Object> targets = map(map(details.get("support")).get("targets"));
    return map(targets.get(vendor + "-target"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** Its class is another one in Boot 3.5 than in 4. */
  private static Object health(ApplicationContext context) {
    return call(context.getBean(INDICATOR), "health");
  }

  private static Object call(Object on, String method) {
    var found = ReflectionUtils.findMethod(on.getClass(), method);
    ReflectionUtils.makeAccessible(found);
    return ReflectionUtils.invokeMethod(found, on);
  }
}
