package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.testing.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

/** Policy, conversation and time-out of the model calls inside an annotated method. */
class ScopeTest {

  @Configuration(proxyBeanMethods = false)
  static class Named {
    @Bean(autowireCandidate = true, defaultCandidate = false)
    @Llm("cheap")
    LlmClient cheap(LlmClients clients) {
      return clients.client("cheap");
    }

    @Bean(autowireCandidate = true, defaultCandidate = false)
    @Llm("default")
    LlmClient byName(LlmClients clients) {
      return clients.client("default");
    }
  }

  static class Bot {
    private final LlmClient llm;
    private final LlmClient cheap;

    Bot(LlmClient llm, @Llm("cheap") LlmClient cheap) {
      this.llm = llm;
      this.cheap = cheap;
    }

    @LlmFallback("cheap")
    public String byPolicy() {
      return llm.chat("x").text();
    }

    @LlmFallback(policy = "${answers.by}")
    public String byProperty() {
      return llm.chat("x").text();
    }

    @LlmFallback("default")
    public String ofTheNamedClient() {
      return cheap.chat("x").text();
    }

    @LlmFallback("cheap")
    public String around(Inner inner) {
      return inner.answer() + ", then " + llm.chat("x").text();
    }

    @LlmFallback("cheap")
    public String aroundPlain(Inner inner) {
      return inner.plain();
    }

    @LlmFallback(policy = "cheap", method = "offline")
    public String withFallback() {
      throw new LlmException(ErrorKind.OVERLOADED, "x");
    }

    String offline() {
      return llm.chat("x").text();
    }

    @LlmFallback(timeout = "${answers.within:30s}")
    public String inTime(ChatRequest request) {
      return llm.chat(request).text();
    }

    @LlmFallback(timeout = "1h")
    public String aroundInTime(Inner inner) {
      return inner.inTime();
    }

    @LlmFallback(timeout = "1ns", method = "late")
    public String late() {
      return llm.chat("x").text();
    }

    String late(LlmException failure) {
      return failure.getMessage();
    }

    @LlmFallback(conversation = "#ticket")
    public ChatResponse say(String ticket, ChatRequest request) {
      return llm.chat(request);
    }

    @LlmFallback(policy = "cheap", conversation = "#ticket")
    public ChatResponse sayCheaply(String ticket, String question) {
      return llm.chat(question);
    }

    @LlmFallback(conversation = "#ticket")
    public String sayWithHelp(String ticket, String question, Helper helper) {
      return helper.sort(question) + helper.translate(question) + llm.chat(question).text();
    }

    @LlmFallback(policy = "cheap", conversation = "#ticket")
    public String byNameOfTheDefault(String ticket, Helper helper) {
      return helper.sort("x");
    }

    @LlmFallback(policy = "cheap", conversation = "#ticket", timeout = "1ns")
    public Runnable laterWork(String ticket, List<String> answers) {
      return new ContextPropagatingTaskDecorator()
          .decorate(() -> answers.add(llm.chat("afterwards").text()));
    }

    @LlmFallback(policy = "cheap", conversation = "#ticket", timeout = "30s")
    public void workBeside(String ticket, List<String> answers) throws InterruptedException {
      Thread thread =
          new Thread(
              new ContextPropagatingTaskDecorator()
                  .decorate(() -> answers.add(llm.chat("beside").text())));
      thread.start();
      thread.join();
      answers.add(llm.chat("in it").text());
    }

    @LlmFallback(conversation = "'t-' + #order.number")
    public ChatResponse ofOrder(Order order) {
      return llm.chat("of an order");
    }

    @LlmFallback(conversation = "#order")
    public ChatResponse ofWholeOrder(Order order) {
      return llm.chat("of an order");
    }

    @LlmFallback(conversation = "#ticket")
    public String sayInAllWays(String ticket) throws Exception {
      llm.chatAsync(ChatRequest.of("later")).get();
      try (var stream = llm.stream("as a stream")) {
        return stream.response().text();
      }
    }
  }

  record Order(int number) {}

  /** Asks for itself while others talk. */
  static class Helper {
    private final LlmClient byName;
    private final LlmClient llm;

    Helper(@Llm("default") LlmClient byName, LlmClient llm) {
      this.byName = byName;
      this.llm = llm;
    }

    public String sort(String question) {
      ChatRequest history = ChatRequest.builder().user("a").assistant("b").user(question).build();
      return byName.chat(history).text();
    }

    @LlmFallback(conversation = LlmFallback.NO_CONVERSATION)
    public String translate(String question) {
      return llm.chat("Translate: " + question).text();
    }
  }

  static class Inner {
    private final LlmClient llm;

    Inner(LlmClient llm) {
      this.llm = llm;
    }

    @LlmFallback("default")
    public String answer() {
      return llm.chat("x").text();
    }

    public String plain() {
      return llm.chat("x").text();
    }

    @LlmFallback(timeout = "2h")
    public String inTime() {
      return llm.chat("x").text();
    }
  }

  private interface Check {
    void on(Bot bot, Inner inner) throws Exception;
  }

  private static void with(Outage outage, Check check) {
    outage
        .application(Named.class, Bot.class, Inner.class)
        .withPropertyValues("answers.by=cheap")
        .run(context -> check.on(context.getBean(Bot.class), context.getBean(Inner.class)));
  }

  private static final Outage ANSWERS = Outage.of(Script.answer("default"));

  @Test
  void theDefaultClientFollowsThePolicy() {
    with(ANSWERS, (bot, inner) -> assertThat(bot.byPolicy()).isEqualTo("cheap"));
    with(ANSWERS, (bot, inner) -> assertThat(bot.byProperty()).isEqualTo("cheap"));
  }

  @Test
  void aClientOfAnotherPolicysNameKeepsIt() {
    with(ANSWERS, (bot, inner) -> assertThat(bot.ofTheNamedClient()).isEqualTo("cheap"));
  }

  @Test
  void theInnermostPolicyHoldsAndEndsWithItsMethod() {
    with(ANSWERS, (bot, inner) -> assertThat(bot.around(inner)).isEqualTo("default, then cheap"));
  }

  @Test
  void itReachesThroughBeansWithoutAnnotation() {
    with(ANSWERS, (bot, inner) -> assertThat(bot.aroundPlain(inner)).isEqualTo("cheap"));
  }

  @Test
  void theFallbackIsOutsideOfIt() {
    with(ANSWERS, (bot, inner) -> assertThat(bot.withFallback()).isEqualTo("default"));
  }

  @Test
  void theTimeoutBoundsEachCallByWhatIsLeft() {
    Outage outage = Outage.of(Script.answer("default"));
    with(
        outage,
        (bot, inner) -> {
          bot.inTime(ChatRequest.of("x"));
          bot.inTime(ChatRequest.builder().user("x").timeout(Duration.ofSeconds(5)).build());
          bot.aroundInTime(inner);
          List<Duration> timeouts =
              outage.vendor.requests().stream()
                  .map(request -> request.timeout().orElseThrow())
                  .toList();
          assertThat(timeouts.get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
          assertThat(timeouts.get(1)).isEqualTo(Duration.ofSeconds(5));
          assertThat(timeouts.get(2)).isBetween(Duration.ofMinutes(1), Duration.ofHours(1));
        });
  }

  @Test
  void aCallAfterTheTimeoutIsNotMade() {
    Outage outage = Outage.of(Script.answer("default"));
    with(
        outage,
        (bot, inner) -> {
          assertThat(bot.late()).startsWith("DEADLINE_EXCEEDED: the time-out of @LlmFallback");
          assertThat(outage.vendor.attempts()).isZero();
        });
  }

  @Test
  void aConversationRemembersWhatWasSaid() {
    Outage outage = Outage.of(Script.answer("Because."));
    with(
        outage,
        (bot, inner) -> {
          bot.say(
              "t-1",
              ChatRequest.builder().system("Be brief.").user("Why?").temperature(0.5).build());
          bot.sayCheaply("t-1", "And then?");
          ChatRequest first = outage.vendor.requests().get(0);
          assertThat(first.temperature()).hasValue(0.5);
          assertThat(texts(first)).containsExactly("Be brief.", "Why?");
          assertThat(texts(outage.cheap.requests().get(0)))
              .containsExactly("Be brief.", "Why?", "Because.", "And then?");
        });
  }

  @Test
  void whatHelpersAskIsNoTurnOfTheConversation() {
    Outage outage = Outage.of(Script.answer("Because."));
    outage
        .application(Named.class, Bot.class, Helper.class)
        .withPropertyValues("answers.by=cheap")
        .run(
            context -> {
              Helper helper = context.getBean(Helper.class);
              Bot bot = context.getBean(Bot.class);
              bot.sayWithHelp("t-1", "Why?", helper);
              bot.sayWithHelp("t-1", "And then?", helper);
              assertThat(outage.vendor.requests().stream().map(ScopeTest::texts).toList())
                  .containsExactly(
                      List.of("a", "b", "Why?"),
                      List.of("Translate: Why?"),
                      List.of("Why?"),
                      List.of("a", "b", "And then?"),
                      List.of("Translate: And then?"),
                      List.of("Why?", "Because.", "And then?"));
            });
  }

  @Test
  void aClientOfAPolicysNameKeepsItWhetherItIsTheDefaultOneOrNot() {
    ANSWERS
        .application(Named.class, Bot.class, Helper.class)
        .withPropertyValues("answers.by=cheap")
        .run(
            context ->
                assertThat(
                        context
                            .getBean(Bot.class)
                            .byNameOfTheDefault("t-1", context.getBean(Helper.class)))
                    .isEqualTo("default"));
  }

  @Test
  void workThatOutlivesTheMethodHasNeitherItsDeadlineNorItsConversation() {
    Outage outage = Outage.of(Script.answer("default"));
    with(
        outage,
        (bot, inner) -> {
          bot.sayCheaply("t-1", "Why?");
          List<String> answers = new CopyOnWriteArrayList<>();
          Thread thread = new Thread(bot.laterWork("t-1", answers));
          thread.start();
          thread.join();
          assertThat(answers).containsExactly("cheap");
          assertThat(texts(outage.cheap.requests().get(1))).containsExactly("afterwards");
          assertThat(outage.cheap.requests().get(1).timeout()).isEmpty();
        });
  }

  @Test
  void workBesideTheMethodHasItsDeadlineButIsNoTurn() {
    Outage outage = Outage.of(Script.answer("default"));
    with(
        outage,
        (bot, inner) -> {
          List<String> answers = new CopyOnWriteArrayList<>();
          bot.workBeside("t-1", answers);
          assertThat(answers).containsExactly("cheap", "cheap");
          assertThat(texts(outage.cheap.requests().get(0))).containsExactly("beside");
          assertThat(outage.cheap.requests().get(0).timeout()).isPresent();
          assertThat(texts(outage.cheap.requests().get(1))).containsExactly("in it");
        });
  }

  @Test
  void aConversationIsTheSameForFuturesAndStreams() {
    Outage outage = Outage.of(Script.answer("Because."));
    with(
        outage,
        (bot, inner) -> {
          assertThat(bot.sayInAllWays("t-1")).isEqualTo("Because.");
          assertThat(texts(outage.vendor.requests().get(1)))
              .containsExactly("later", "Because.", "as a stream");
        });
  }

  @Test
  void aConversationsToolsAreAnsweredByTheirResults() {
    Outage outage =
        Outage.of(Script.calls(new ToolCall("c1", "track", "{}")), Script.answer("In Hamburg."));
    Tool track = Tool.of("track", "Where a parcel is.", "{\"type\":\"object\"}");
    with(
        outage,
        (bot, inner) -> {
          ChatResponse called =
              bot.say("t-1", ChatRequest.builder().user("Where?").tool(track).build());
          assertThat(called.toolCalls()).hasSize(1);
          Message result = Message.tool(ToolResult.of("c1", "Hamburg"));
          ChatRequest next = ChatRequest.builder().message(result).tool(track).build();
          assertThat(bot.say("t-1", next).text()).isEqualTo("In Hamburg.");
          assertThat(outage.vendor.requests().get(1).messages())
              .extracting(Message::role)
              .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
        });
  }

  @Test
  void aRequestThatBringsItsOwnHistoryIsRefusedInAConversation() {
    with(
        ANSWERS,
        (bot, inner) -> {
          ChatRequest history =
              ChatRequest.builder().user("a").assistant("secret").user("c").build();
          assertThat(catchThrowable(() -> bot.say("t-1", history)))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("[USER, ASSISTANT, USER]")
              .hasMessageContaining("Send the last message only")
              .hasMessageNotContaining("secret");
        });
  }

  @Test
  void aConversationsIdMayBeComputed() {
    Outage outage = Outage.of(Script.answer("Because."));
    with(
        outage,
        (bot, inner) -> {
          bot.ofOrder(new Order(7));
          bot.ofOrder(new Order(8));
          bot.ofOrder(new Order(7));
          assertThat(outage.vendor.requests())
              .extracting(request -> request.messages().size())
              .containsExactly(1, 1, 3);
        });
  }

  @Test
  void anIdThatIsNullOrNoTextIsRefused() {
    with(
        ANSWERS,
        (bot, inner) -> {
          assertThat(catchThrowable(() -> bot.say(null, ChatRequest.of("x"))))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("\"#ticket\"")
              .hasMessageContaining("gave null");
          assertThat(catchThrowable(() -> bot.ofWholeOrder(new Order(1))))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("ScopeTest$Order");
        });
  }

  private static List<String> texts(ChatRequest request) {
    return request.messages().stream().map(Message::text).toList();
  }
}
