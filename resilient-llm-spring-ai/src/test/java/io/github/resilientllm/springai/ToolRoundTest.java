package io.github.resilientllm.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Script;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.memory.InMemoryChatMemoryRepository;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.tool.annotation.Tool;
import reactor.core.publisher.Flux;

/**
 * A vendor that dies when it is to say what a tool's result means or in the middle of a round;
 * advisors and memories that throw around a call.
 */
class ToolRoundTest {
  private static final String LONG =
      "Order number 7 of yours is cancelled now, as you have asked for today.";
  private static final String SEVEN = "{\"number\":7}";

  private final Vendor first = Vendor.start("first");
  private final Vendor other = Vendor.start("other").says("Order 7 is cancelled.");
  private final Orders orders = new Orders();
  private final MemoryJournal journal = new MemoryJournal();

  private volatile String shown = "";

  @AfterEach
  void close() {
    first.close();
    other.close();
    journal.close();
  }

  /** What a model may call. */
  static final class Orders {
    final AtomicInteger cancelled = new AtomicInteger();

    @Tool(description = "Cancels an order")
    String cancel(int number) {
      cancelled.incrementAndGet();
      return "order " + number + " is cancelled";
    }
  }

  /** How an application asks. */
  enum Way {
    CALL {
      @Override
      String ask(ChatClient.ChatClientRequestSpec prompt) {
        return prompt.call().content();
      }
    },
    STREAM {
      @Override
      String ask(ChatClient.ChatClientRequestSpec prompt) {
        List<String> pieces = prompt.stream().content().collectList().block();
        return String.join("", pieces);
      }
    };

    abstract String ask(ChatClient.ChatClientRequestSpec prompt);
  }

  /** How the vendor dies. */
  interface Death extends Consumer<Vendor> {}

  static Stream<Arguments> deaths() {
    return Stream.of(Way.values())
        .flatMap(
            way ->
                Stream.of(
                    death(way, "503", vendor -> vendor.is(Trouble.DOWN)),
                    death(way, "reset", vendor -> vendor.is(Trouble.RESETTING)),
                    death(way, "cut before a word", vendor -> vendor.streams(0).thenCuts()),
                    death(way, "error", vendor -> vendor.streams(0).thenFails(500, "server_error")),
                    death(way, "no credit", vendor -> vendor.is(Trouble.OUT_OF_QUOTA))));
  }

  private static Arguments death(Way way, String name, Death death) {
    return Arguments.of(way, name, death);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("deaths")
  void theNextTargetIsAskedWithWhatTheToolSaidAndNoToolRunsTwice(
      Way way, String name, Death death) {
    first.callsTool("cancel", SEVEN).once();
    death.accept(first);

    assertThat(way.ask(client().prompt("Cancel 7").tools(orders)))
        .isEqualTo("Order 7 is cancelled.");

    assertThat(orders.cancelled).hasValue(1);
    assertThat(other.requests()).hasSize(1); // what OkHttp asks again by itself goes to the first
    assertThat(other.requests().get(0).question().body())
        .contains("Cancel 7", "\"tool_calls\"", "order 7 is cancelled");
  }

  /** How a stream ends too early. */
  interface Break extends Function<Script, Script> {}

  static Stream<Arguments> breaks() {
    return Stream.of(
        broken("a cut", Script::thenCuts),
        broken("a clean end", Script::thenEndsUnfinished),
        broken("an error", script -> script.thenFails(500, "server_error")));
  }

  private static Arguments broken(String name, Break breaking) {
    return Arguments.of(name, breaking);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void aStreamThatBreaksOffInItsSecondRoundGoesOnWithTheNextTarget(String name, Break breaking) {
    String begun = LONG.substring(0, LONG.indexOf(" you have"));
    first.says(LONG).callsTool("cancel", SEVEN).once();
    breaking.apply(first.streams(9).thenAwaits(() -> awaitShown(begun))).once();
    ChatClient client = remembering();

    ask(client, "Cancel 7");

    assertThat(shown).isEqualTo(begun + "Order 7 is cancelled.");
    assertThat(orders.cancelled).hasValue(1);
    assertThat(askedNext(client))
        .contains("Cancel 7", begun + "Order 7 is cancelled.", "Was it?")
        .doesNotContain("\"tool_calls\"", "\"tool\"");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void oneThatCannotGoOnFailsAndItsTurnIsNoPartOfTheNextPrompt(String name, Break breaking) {
    first.says(LONG).callsTool("cancel", SEVEN).once();
    breaking.apply(first.streams(2).thenAwaits(() -> awaitShown("Order number"))).once();
    ChatClient client = remembering();

    assertThatThrownBy(() -> ask(client, "Cancel 7")).isInstanceOf(LlmException.class);

    assertThat(shown).isEqualTo("Order number");
    assertThat(orders.cancelled).hasValue(1);
    assertThat(askedNext(client)).doesNotContain("Cancel 7", "Order number", "\"tool_calls\"");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaks")
  void halfAToolCallRunsNothingAndIsNotRemembered(String name, Break breaking) {
    breaking.apply(first.streams(0).thenSends(call("{\"number\":7"))).once();
    other.is(Trouble.DOWN).once();
    ChatClient client = remembering();

    assertThatThrownBy(() -> ask(client, "Cancel 7")).isInstanceOf(LlmException.class);

    assertThat(orders.cancelled).hasValue(0);
    assertThat(askedNext(client)).doesNotContain("Cancel 7", "\"tool_calls\"");
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void afterHalfAToolCallTheNextTargetCallsTheToolWhichRunsOnce(Way way) {
    if (way == Way.STREAM) {
      first.streams(0).thenSends(call("{\"number\":7")).thenCuts().once();
    } else {
      first.answersWithTheBody(call("{\"number\":7").substring("data: ".length())).once();
    }
    first.is(Trouble.DOWN).once();
    other.callsTool("cancel", SEVEN).once();

    assertThat(way.ask(client().prompt("Cancel 7").tools(orders)))
        .isEqualTo("Order 7 is cancelled.");

    assertThat(orders.cancelled).hasValue(1);
  }

  private ChatClient remembering() {
    ChatMemory memory =
        MessageWindowChatMemory.builder().chatMemoryRepository(SpringAi.memory(journal)).build();
    return client()
        .mutate()
        .defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
        .defaultAdvisors(advisors -> advisors.param(ChatMemory.CONVERSATION_ID, "c"))
        .build();
  }

  private void ask(ChatClient client, String question) {
    client.prompt(question).tools(orders).stream().content().doOnNext(this::show).blockLast();
  }

  private synchronized void show(String piece) {
    shown += piece;
  }

  private String askedNext(ChatClient client) {
    first.forgets();
    first.says("Yes.");
    assertThat(Way.CALL.ask(client.prompt("Was it?"))).isEqualTo("Yes.");
    return first.requests().get(0).question().body();
  }

  private void awaitShown(String text) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!shown.equals(text) && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** A chunk of OpenAI's that calls the tool. */
  private static String call(String arguments) {
    return """
        data: {"id":"x","object":"chat.completion.chunk","created":0,"model":"gpt-x","choices":\
        [{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":\
        {"name":"cancel","arguments":"%s"}}]},"finish_reason":null}]}

        """
        .formatted(arguments.replace("\"", "\\\""));
  }

  /** An advisor that throws at one place. */
  record Throwing(Place place) implements CallAdvisor, StreamAdvisor {
    enum Place {
      BEFORE,
      IN_THE_MIDDLE,
      AFTER
    }

    @Override
    public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
      at(Place.BEFORE);
      ChatClientResponse response = chain.nextCall(request);
      throw new IllegalStateException("an advisor's own " + response.context().size());
    }

    @Override
    public Flux<ChatClientResponse> adviseStream(
        ChatClientRequest request, StreamAdvisorChain chain) {
      at(Place.BEFORE);
      return chain
          .nextStream(request)
          .doOnNext(piece -> at(Place.IN_THE_MIDDLE))
          .doOnComplete(() -> at(Place.AFTER));
    }

    private void at(Place here) {
      if (here == place) {
        throw new IllegalStateException("an advisor's own");
      }
    }

    @Override
    public String getName() {
      return "throwing";
    }

    @Override
    public int getOrder() {
      return Advisor.DEFAULT_CHAT_MEMORY_PRECEDENCE_ORDER + 5;
    }
  }

  @ParameterizedTest
  @EnumSource(Throwing.Place.class)
  void anAdvisorThatThrowsIsNoFailureOfAVendors(Throwing.Place place) {
    for (Way way : Way.values()) {
      ChatClient client = client().mutate().defaultAdvisors(new Throwing(place)).build();
      for (int i = 0; i < 12; i++) { // more than a breaker would bear
        assertThatThrownBy(() -> way.ask(client.prompt("q")))
            .hasMessageStartingWith("an advisor's own");
      }
      assertThat(other.requests()).isEmpty();
      assertThat(first.requests()).hasSize(place == Throwing.Place.BEFORE ? 0 : 12);
      first.forgets();
    }
  }

  @Test
  void anAdvisorThatThrowsInMidStreamEndsTheConnection() throws Exception {
    first.says("and ".repeat(10_000)).sayingEvery(Duration.ofMillis(20));
    ChatClient client =
        client().mutate().defaultAdvisors(new Throwing(Throwing.Place.IN_THE_MIDDLE)).build();

    assertThatThrownBy(() -> Way.STREAM.ask(client.prompt("q"))).hasMessage("an advisor's own");

    assertThat(first.awaitClientLeft(Duration.ofSeconds(10))).isTrue();
    assertThat(other.requests()).isEmpty();
  }

  /** A repository that fails from some write on. */
  static final class Failing implements ChatMemoryRepository {
    private final ChatMemoryRepository repository = new InMemoryChatMemoryRepository();
    private final AtomicInteger left;

    Failing(int writes) {
      this.left = new AtomicInteger(writes);
    }

    @Override
    public List<String> findConversationIds() {
      return repository.findConversationIds();
    }

    @Override
    public List<Message> findByConversationId(String id) {
      return repository.findByConversationId(id);
    }

    @Override
    public void saveAll(String id, List<Message> messages) {
      if (left.getAndDecrement() <= 0) {
        throw new IllegalStateException("the memory is full");
      }
      repository.saveAll(id, messages);
    }

    @Override
    public void deleteByConversationId(String id) {
      repository.deleteByConversationId(id);
    }
  }

  static Stream<Arguments> writes() {
    return Stream.of(Way.values())
        .flatMap(way -> Stream.of(0, 1).map(writes -> Arguments.of(way, writes)));
  }

  @ParameterizedTest(name = "{0}, after {1} writes")
  @MethodSource("writes")
  void aMemoryThatThrowsIsNoFailureOfAVendors(Way way, int writes) {
    first.callsTool("cancel", SEVEN).once();
    ChatMemory memory =
        MessageWindowChatMemory.builder().chatMemoryRepository(new Failing(writes)).build();
    ChatClient client =
        client().mutate().defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build()).build();

    assertThatThrownBy(
            () ->
                way.ask(
                    client
                        .prompt("Cancel 7")
                        .advisors(one -> one.param(ChatMemory.CONVERSATION_ID, "c"))
                        .tools(orders)))
        .hasStackTraceContaining("the memory is full");

    assertThat(other.requests()).isEmpty();
    assertThat(first.requests()).hasSize(2 * writes);
    assertThat(orders.cancelled).hasValue(writes);
  }

  private ChatClient client() {
    var theirs = TheirModels.openAi(first);
    return ChatClient.create(
        SpringAi.chatModel(
            ResilientLlm.with(SpringAi.provider(theirs))
                .fallback(SpringAi.provider(TheirModels.openAi(other, "gpt-y")))
                .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.CONTINUE))
                .retry(Retry.none())
                .build(),
            theirs.getOptions()));
  }
}
