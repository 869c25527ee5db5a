package io.github.resilientllm.spring.observe;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.hang;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.Until;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dashboard and the alert rules in {@code docs/observability} ask for what an application
 * exports: metrics, labels and values of labels are looked up in what Prometheus would read.
 */
class DashboardTest {
  private static final Path DOCS = root().resolve("docs/observability");

  /** A metric with its matchers; each is written with braces, so that it can be told. */
  private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");

  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!=|=)\"([^\"]*)\"");
  private static final Pattern GROUPED = Pattern.compile(" by \\(([^)]*)\\)");
  private static final Pattern EXPORTED = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? [^ ]+$");

  /** Metric, label, values. */
  private static final Map<String, Map<String, Set<String>>> exported = new TreeMap<>();

  @BeforeAll
  static void aDayInALife(@TempDir Path directory) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    live(
        registry,
        new Desk().vendor("gpt", script().says("hel").says("lo").done()),
        DashboardTest::chat);
    live(registry, new Desk().vendor("gpt", answer("hello")), DashboardTest::stream);
    live(
        registry,
        new Desk()
            .opensAtOnce()
            .vendor("sick", fail(ErrorKind.SERVER_ERROR))
            .vendor("well", answer("hello")),
        llm -> {
          chat(llm);
          chat(llm);
        });
    live(
        registry,
        new Desk()
            .vendor("picky", fail(ErrorKind.NOT_FOR_THIS_TARGET))
            .vendor("well", answer("hello")),
        DashboardTest::chat);
    live(
        registry,
        new Desk()
            .vendor("late", hang())
            .vendor("quick", answer("hello"))
            .with(
                client ->
                    client.hedge(Hedge.extraLoad(0.2).withInitialDelay(Duration.ofMillis(5)))),
        DashboardTest::chat);
    live(
        registry,
        new Desk()
            .vendor(
                "gpt",
                script()
                    .says("no")
                    .done(Completion.of(FinishReason.CONTENT_FILTER, Usage.of(7, 2)))),
        DashboardTest::chat);
    MemoryJournal journal = new MemoryJournal();
    live(
        registry,
        new Desk().vendor("gpt", answer("hello")).journal(journal),
        llm -> {
          llm.conversation("ticket-1").say("q");
          try (Journal.Log log = journal.open("ticket-2").join()) {
            assertThat(log.lastSequence()).isZero();
            Throwable busy = catchThrowable(() -> llm.conversation("ticket-2").say("q"));
            assertThat(busy).isNotNull();
          }
        });
    new LastResortMeters(registry).asked("Desk.answer", new IllegalStateException("no"), true);
    outbox(registry, directory);
    read(registry.scrape());
  }

  /** A handler fails once, and takes the answer then. */
  private static void outbox(PrometheusMeterRegistry registry, Path directory) {
    Contexts.observing(new Desk().vendor("gpt", answer("hello")))
        .withBean(MeterRegistry.class, () -> registry)
        .withBean(
            OutboxStore.class,
            () -> FileOutbox.builder(directory).sync(FileJournal.Sync.none()).build())
        .withUserConfiguration(OutboxObservedTest.Mails.class)
        .run(
            app -> {
              Contexts.bindGauges(app);
              Outbox outbox = app.getBean(LlmOutbox.class).outbox();
              app.getBean(OutboxObservedTest.Mails.class).fails = true;
              app.getBean(LlmOutbox.class).submit(Work.of("How long?").handler("reply").key("1"));
              Until.isTrue(() -> outbox.find("1").orElseThrow().why().contains("handler threw"));
              app.getBean(OutboxObservedTest.Mails.class).fails = false;
              outbox.hurry(Query.all());
              Until.isTrue(() -> outbox.counts().of(ItemState.DONE) == 1);
            });
  }

  static Stream<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    JsonNode dashboard =
        new ObjectMapper().readTree(DOCS.resolve("grafana-dashboard.json").toFile());
    dashboard.findValues("expr").forEach(expression -> all.add(expression.asText()));
    all.add(dashboard.at("/templating/list/1/query").asText());
    for (String line : Files.readAllLines(DOCS.resolve("prometheus-alerts.yml"))) {
      if (line.strip().startsWith("expr: ")) {
        all.add(line.strip().substring("expr: ".length()));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void whatIsAskedForIsExported(String expression) {
    Matcher selectors = SELECTOR.matcher(expression);
    Set<String> labels = new TreeSet<>();
    int found = 0;
    while (selectors.find()) {
      found++;
      String metric = selectors.group(1);
      assertThat(exported).containsKey(metric);
      Map<String, Set<String>> its = exported.getOrDefault(metric, Map.of());
      labels.addAll(its.keySet());
      Matcher matchers = MATCHER.matcher(selectors.group(2));
      while (matchers.find()) {
        assertThat(its).as("labels of %s", metric).containsKey(matchers.group(1));
        if (!matchers.group(3).startsWith("$")) {
          Set<String> values = its.getOrDefault(matchers.group(1), Set.of());
          assertThat(values)
              .as("%s of %s", matchers.group(1), metric)
              .containsAll(List.of(matchers.group(3).split("\\|", -1)));
        }
      }
    }
    assertThat(found).as("metrics in %s", expression).isPositive();
    assertThat(expression.replaceAll("\\{[^}]*}", "{}").split("resilient_llm_", -1))
        .as("a metric without braces is not looked up")
        .hasSize(found + 1);
    Matcher grouped = GROUPED.matcher(expression);
    while (grouped.find()) {
      assertThat(labels).containsAll(List.of(grouped.group(1).split(", ", -1)));
    }
  }

  private static void chat(ResilientLlm llm) {
    Throwable unused = catchThrowable(() -> llm.chat("How long does delivery take?"));
  }

  private static void stream(ResilientLlm llm) {
    ChatResponse unused = llm.stream("How long does delivery take?").response();
  }

  private static void live(
      PrometheusMeterRegistry registry, Desk desk, Consumer<ResilientLlm> day) {
    Contexts.observing(desk)
        .withBean(MeterRegistry.class, () -> registry)
        .run(
            context -> {
              Contexts.bindGauges(context);
              day.accept(Contexts.clients(context).resilient("support"));
            });
  }

  private static void read(String scraped) {
    Matcher lines = EXPORTED.matcher(scraped);
    while (lines.find()) {
      Map<String, Set<String>> labels =
          exported.computeIfAbsent(lines.group(1), metric -> new TreeMap<>());
      Matcher pairs = MATCHER.matcher(lines.group(2) == null ? "" : lines.group(2));
      while (pairs.find()) {
        labels.computeIfAbsent(pairs.group(1), label -> new TreeSet<>()).add(pairs.group(3));
      }
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/spring.md"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
