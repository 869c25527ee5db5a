package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.answerAfter;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.Completion;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** The meters {@code resilient.llm.*}. */
class MetersTest {
  private final Desk desk = new Desk();

  @Test
  void aCallThatAnswersAtOnceIsASuccessOfItsTarget() {
    desk.vendor("gpt", answer("hello"));
    meters()
        .run(
            context -> {
              ask(context);
              assertThat(timer(context, "resilient.llm.operation"))
                  .isEqualTo(
                      "1 error.type=none outcome=success policy=support served.by=gpt-target");
              assertThat(timer(context, "resilient.llm.attempt"))
                  .isEqualTo(
                      "1 error.type=none kind=first outcome=success policy=support"
                          + " target=gpt-target");
              assertThat(count(context, "resilient.llm.calls", "kind", "successful_without_retry"))
                  .isEqualTo(1);
              assertThat(count(context, "resilient.llm.tokens", "type", "input")).isEqualTo(3);
              assertThat(count(context, "resilient.llm.tokens", "type", "output")).isEqualTo(5);
            });
  }

  @Test
  void aRequestsTagsAreShownIfTheyAreNamed() {
    desk.vendor("gpt", answer("hello"));
    ChatRequest request =
        ChatRequest.builder().user("q").tag("tenant", "acme").tag("user", "4711").build();
    meters()
        .withPropertyValues("resilient-llm.observability.tags=tenant")
        .run(
            context -> {
              client(context).chat(request);
              assertThat(timer(context, "resilient.llm.operation"))
                  .isEqualTo(
                      "1 error.type=none outcome=success policy=support served.by=gpt-target"
                          + " tenant=acme");
            });
  }

  @Test
  void aRetryAndAFallbackAreCountedWithTheirReasons() {
    desk.vendor("sick", fail(ErrorKind.SERVER_ERROR)).vendor("well", answer("hello"));
    meters()
        .run(
            context -> {
              ask(context);
              assertThat(timer(context, "resilient.llm.operation"))
                  .isEqualTo(
                      "1 error.type=none outcome=fallback policy=support served.by=well-target");
              assertThat(timer(context, "resilient.llm.attempt", "kind", "retry"))
                  .isEqualTo(
                      "1 error.type=server_error kind=retry outcome=failure policy=support"
                          + " target=sick-target");
              assertThat(counter(context, "resilient.llm.fallback"))
                  .isEqualTo(
                      "1 from=sick-target policy=support reason=server_error to=well-target");
              assertThat(timer(context, "resilient.llm.retry.delay"))
                  .isEqualTo("1 policy=support source=backoff target=sick-target");
              assertThat(count(context, "resilient.llm.calls", "kind", "successful_with_retry"))
                  .isEqualTo(1);
            });
  }

  @Test
  void aRefusalThatIsOneTargetsOwnIsCountedAsSuch() {
    desk.vendor("picky", fail(ErrorKind.NOT_FOR_THIS_TARGET)).vendor("well", answer("hello"));
    meters()
        .run(
            context -> {
              ask(context);
              assertThat(counter(context, "resilient.llm.fallback"))
                  .isEqualTo(
                      "1 from=picky-target policy=support reason=not_for_this_target"
                          + " to=well-target");
            });
  }

  @Test
  void aCallThatFailsSaysWhy() {
    desk.vendor("gpt", fail(ErrorKind.INVALID_REQUEST));
    meters()
        .run(
            context -> {
              assertThat(catchThrowable(() -> ask(context))).isNotNull();
              assertThat(timer(context, "resilient.llm.operation"))
                  .isEqualTo(
                      "1 error.type=invalid_request outcome=failure policy=support served.by=none");
              assertThat(count(context, "resilient.llm.calls", "kind", "failed_without_retry"))
                  .isEqualTo(1);
            });
  }

  @Test
  void anOpenBreakerIsSeenAndPassedOver() {
    desk.opensAtOnce().vendor("sick", fail(ErrorKind.NETWORK)).vendor("well", answer("hello"));
    meters()
        .run(
            context -> {
              Contexts.bindGauges(context);
              assertThat(gauge(context, "closed")).isEqualTo(1);
              ask(context);
              assertThat(gauge(context, "closed")).isZero();
              assertThat(gauge(context, "open")).isEqualTo(1);
              assertThat(gauge(context, "half_open")).isZero();
              ask(context);
              assertThat(counter(context, "resilient.llm.circuitbreaker.not.permitted.calls"))
                  .isEqualTo("1 policy=support target=sick-target");
              assertThat(counter(context, "resilient.llm.skipped"))
                  .isEqualTo("1 error.type=circuit_open policy=support target=sick-target");
              assertThat(count(context, "resilient.llm.fallback", "reason", "circuit_open"))
                  .isEqualTo(1);
              assertThat(
                      context
                          .getBean(MeterRegistry.class)
                          .get("resilient.llm.retry.tokens")
                          .tag("target", "well-target")
                          .gauge()
                          .value())
                  .isPositive();
            });
  }

  @Test
  void aBreakerThatIsForcedIsSeen() {
    desk.vendor("sick", answer("hello"));
    meters()
        .run(
            context -> {
              Contexts.bindGauges(context);
              assertThat(forced(context)).isZero();
              ResilientLlm support = Contexts.clients(context).resilient("support");
              support.forceOpen("sick-target");
              assertThat(forced(context)).isEqualTo(1);
              assertThat(gauge(context, "open")).isEqualTo(1);
              support.reset("sick-target");
              assertThat(forced(context)).isZero();
            });
  }

  private static double forced(ApplicationContext context) {
    return context
        .getBean(MeterRegistry.class)
        .get("resilient.llm.circuitbreaker.forced")
        .tag("target", "sick-target")
        .gauge()
        .value();
  }

  @Test
  void aHedgeIsWonOrLost() {
    desk.vendor("late", hang())
        .vendor("quick", answer("hello"))
        .with(client -> client.hedge(Hedge.extraLoad(0.2).withInitialDelay(Duration.ofMillis(5))));
    meters()
        .run(
            context -> {
              ask(context);
              assertThat(counter(context, "resilient.llm.hedge"))
                  .isEqualTo("1 policy=support result=won target=quick-target");
              assertThat(timer(context, "resilient.llm.attempt", "kind", "first"))
                  .isEqualTo(
                      "1 error.type=cancelled kind=first outcome=cancelled policy=support"
                          + " target=late-target");
            });
  }

  @Test
  void aHedgeThatIsSlowerIsLost() {
    desk.vendor("late", answerAfter(Duration.ofSeconds(2), "hello"))
        .vendor("later", hang())
        .with(client -> client.hedge(Hedge.extraLoad(0.2).withInitialDelay(Duration.ofMillis(5))));
    meters()
        .run(
            context -> {
              ask(context);
              assertThat(counter(context, "resilient.llm.hedge"))
                  .isEqualTo("1 policy=support result=lost target=later-target");
            });
  }

  @Test
  void tokensOfAnAnswerThatIsOfNoUseAreDiscarded() {
    desk.vendor(
        "gpt",
        script().says("no").done(Completion.of(FinishReason.CONTENT_FILTER, Usage.of(7, 2))));
    meters()
        .run(
            context -> {
              assertThat(catchThrowable(() -> ask(context))).isNotNull();
              assertThat(count(context, "resilient.llm.tokens", "use", "discarded")).isEqualTo(9);
              assertThat(count(context, "resilient.llm.tokens", "use", "delivered")).isZero();
            });
  }

  @Test
  void aStreamThatIsClosedIsCancelledAndForgotten() {
    desk.vendor("gpt", script().says("hel").stalls());
    meters()
        .run(
            context -> {
              try (ChatStream stream = client(context).stream("q")) {
                stream.iterator().next();
              }
              assertThat(timer(context, "resilient.llm.operation"))
                  .isEqualTo(
                      "1 error.type=cancelled outcome=cancelled policy=support served.by=none");
              assertThat(timer(context, "resilient.llm.first.token"))
                  .isEqualTo("1 policy=support target=gpt-target");
            });
  }

  @Test
  void aJournalsAppendsAreTimedAndItsFailuresCounted() {
    MemoryJournal journal = new MemoryJournal();
    desk.vendor("gpt", answer("hello")).journal(journal);
    meters()
        .run(
            context -> {
              Contexts.clients(context).conversation("ticket-4711").say("q");
              assertThat(timer(context, "resilient.llm.journal.append", "entry", "asked"))
                  .isEqualTo("1 entry=asked journal=MemoryJournal outcome=success");
              assertThat(timer(context, "resilient.llm.journal.append", "entry", "answered"))
                  .isEqualTo("1 entry=answered journal=MemoryJournal outcome=success");
              try (var log = journal.open("ticket-1").join()) {
                assertThat(log.lastSequence()).isZero();
                assertThat(
                        catchThrowable(
                            () -> Contexts.clients(context).conversation("ticket-1").say("q")))
                    .isNotNull();
              }
              assertThat(count(context, "resilient.llm.journal.failures", "reason", "busy"))
                  .isPositive();
            });
  }

  @Test
  void noTagHoldsAnythingOfACall() {
    desk.vendor("gpt", answer("the secret answer")).journal(new MemoryJournal());
    meters()
        .run(
            context -> {
              Contexts.clients(context).conversation("ticket-4711").say("the secret question");
              String all =
                  context.getBean(MeterRegistry.class).getMeters().stream()
                      .map(meter -> meter.getId().toString())
                      .collect(Collectors.joining());
              assertThat(all).doesNotContain("secret", "4711");
            });
  }

  @Test
  void withoutAMeterRegistryNothingIsCounted() {
    desk.vendor("gpt", answer("hello"));
    Contexts.observing(desk)
        .run(
            context -> {
              assertThat(context).hasNotFailed().doesNotHaveBean("resilientLlmMeters");
              ask(context);
            });
  }

  private ApplicationContextRunner meters() {
    return Contexts.observing(desk).withBean(MeterRegistry.class, SimpleMeterRegistry::new);
  }

  private static LlmClient client(ApplicationContext context) {
    return Contexts.clients(context).client("support");
  }

  private static void ask(ApplicationContext context) {
    assertThat(client(context).chat("How long does delivery take?").text()).isEqualTo("hello");
  }

  private static double gauge(ApplicationContext context, String state) {
    return context
        .getBean(MeterRegistry.class)
        .get("resilient.llm.circuitbreaker.state")
        .tag("target", "sick-target")
        .tag("state", state)
        .gauge()
        .value();
  }

  private static double count(ApplicationContext context, String name, String... tags) {
    return context.getBean(MeterRegistry.class).find(name).tags(tags).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  /** The only timer of a name: its count and its tags. */
  private static String timer(ApplicationContext context, String name, String... tags) {
    return only(context.getBean(MeterRegistry.class).find(name).tags(tags).timers());
  }

  private static String counter(ApplicationContext context, String name) {
    return only(context.getBean(MeterRegistry.class).find(name).counters());
  }

  private static String only(Collection<? extends Meter> meters) {
    assertThat(meters).hasSize(1);
    Meter meter = meters.iterator().next();
    double count = meter.measure().iterator().next().getValue();
    return (long) count
        + " "
        + meter.getId().getTags().stream()
            .map(tag -> tag.getKey() + "=" + tag.getValue())
            .collect(Collectors.joining(" "));
  }
}
