package io.github.resilientllm.examples.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.examples.chat.Vendor;
import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Question;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Three vendors run one conversation. */
class RelayTest {
  private final Terminal terminal = Terminal.piped();

  private int relay(Map<String, String> environment, String... options) {
    List<String> words = new ArrayList<>(List.of("relay"));
    words.addAll(List.of(options));
    return new CommandLine("test", List.of(RelayCommand.withEnvironment(environment)))
        .run(words, terminal.screen());
  }

  @Test
  void openAiBeginsAndAnthropicAndGeminiFinishAsEachBeforeIsKilled() {
    assertThat(relay(Map.of())).isZero();
    assertThat(terminal.out())
        .isEqualToNormalizingNewlines(
            """
            Local vendors are asked; with all three keys set, the real ones are.

            user> Where is parcel 4711, and will the weather there delay it?
              openai is asked: answers
              track runs for openai, call call_local2
              *** openai is killed ***
              openai is asked: does not answer, NETWORK
              anthropic is asked: answers
              weather runs for anthropic, call toolu_local3
              *** anthropic is killed ***
              openai is asked: does not answer, NETWORK
              anthropic is asked: does not answer, NETWORK
              gemini is asked: answers
            gemini> It is in Hamburg, and the weather there will not delay it.

            user> Say that in one friendly sentence to the customer.
              openai is asked: does not answer, NETWORK
              anthropic is asked: does not answer, NETWORK
              gemini is asked: answers
            gemini> Your parcel is in sunny Hamburg and will be with you in time!

            The history, as each vendor was sent it up to its answer:
              user                  Where is parcel 4711, and will the weather there delay it?
              assistant  openai     calls track, call_local2
              tool                  result of call_local2: in Hamburg
              ---- seam: openai | anthropic ----
              assistant  anthropic  calls weather, toolu_local3
              tool                  result of toolu_local3: sunny, light wind
              ---- seam: anthropic | gemini ----
              assistant  gemini     It is in Hamburg, and the weather there will not delay it.
              user                  Say that in one friendly sentence to the customer.
              assistant  gemini     Your parcel is in sunny Hamburg and will be with you in time!

            track ran once
            weather ran once
            """);
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void eachVendorIsSentTheToolCallsOfThoseBeforeByTheirIds() throws Exception {
    Map<String, List<Question>> heard = new LinkedHashMap<>();
    List<Runner> runners = new ArrayList<>();
    for (Vendor vendor : List.of(Vendor.OPENAI, Vendor.ANTHROPIC, Vendor.GEMINI)) {
      List<Question> questions = new CopyOnWriteArrayList<>(); // filled by its threads
      heard.put(vendor.word(), questions);
      runners.add(runner(vendor, questions));
    }
    new Relay(runners, terminal.screen().out()).run();
    runners.get(2).death().run();

    assertThat(heard.get("openai")).extracting(Question::toolResults).containsExactly(List.of());
    assertThat(heard.get("anthropic"))
        .extracting(Question::toolResults)
        .containsExactly(List.of("call_local2"));
    assertThat(heard.get("gemini"))
        .extracting(Question::toolResults)
        .containsExactly(
            List.of("call_local2", "toolu_local3"), List.of("call_local2", "toolu_local3"));
  }

  private static Runner runner(Vendor vendor, List<Question> questions) throws Exception {
    Clerk clerk = new Clerk();
    LocalVendor local =
        LocalVendor.start(
            question -> {
              questions.add(question);
              return clerk.reply(question);
            });
    Optional<String> url = Optional.of(local.baseUrl());
    return new Runner(
        vendor.word(), vendor.provider("m", url, Optional.empty(), Map.of()), local::close);
  }

  @Test
  void aRealVendorThatWasKilledIsAskedAtADeadAddress() throws Exception {
    try (LocalVendor local = LocalVendor.start(new Clerk())) {
      Mortal mortal = new Mortal(anthropic(local.baseUrl()), anthropic("http://127.0.0.1:1"));
      ResilientLlm llm = ResilientLlm.with(mortal).retry(Retry.none()).build();
      ChatRequest request = ChatRequest.builder().user(Relay.FOLLOW_UP).build();
      assertThat(llm.chat(request).text()).startsWith("Your parcel");
      mortal.die();
      assertThatThrownBy(() -> llm.chat(request))
          .isInstanceOf(LlmException.class)
          .hasMessageContaining("NETWORK");
    }
  }

  private static LlmProvider anthropic(String url) throws Exception {
    return Vendor.ANTHROPIC.provider("m", Optional.of(url), Optional.empty(), Map.of());
  }

  @Test
  void offlineAsksNobodyElseEvenIfAllKeysAreSet() {
    Map<String, String> keys =
        Map.of("OPENAI_API_KEY", "k-1", "ANTHROPIC_API_KEY", "k-2", "GEMINI_API_KEY", "k-3");
    assertThat(relay(keys, "--offline")).isZero();
    assertThat(terminal.out()).startsWith("Local vendors").contains("track ran once");
  }

  @Test
  void whatCannotBeAKeyIsRefusedWithoutShowingIt() {
    Map<String, String> keys =
        Map.of("OPENAI_API_KEY", "k-1", "ANTHROPIC_API_KEY", "k 2 secret", "GEMINI_API_KEY", "k-3");
    assertThat(relay(keys)).isEqualTo(2);
    assertThat(terminal.err()).startsWith("error: ANTHROPIC_API_KEY").doesNotContain("secret");
  }
}
