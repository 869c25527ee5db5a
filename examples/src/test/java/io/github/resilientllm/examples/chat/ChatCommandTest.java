package io.github.resilientllm.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.examples.cli.CommandLine;
import io.github.resilientllm.examples.cli.Terminal;
import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.LocalVendor;
import io.github.resilientllm.test.vendor.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chat from its command line to its output. */
class ChatCommandTest {
  private static final String KEY = "sk-secret-1234567890";

  private static int chat(Terminal terminal, Map<String, String> environment, String... options) {
    List<String> words = new ArrayList<>(List.of("chat"));
    words.addAll(List.of(options));
    return new CommandLine("test", List.of(new ChatCommand(environment, Duration.ofMillis(1))))
        .run(words, terminal.screen());
  }

  private static LocalVendor vendor(Behaviour behaviour) {
    return LocalVendor.start(behaviour);
  }

  private static Reply.Answer says(String text) {
    return Reply.Answer.of(text, Duration.ZERO, Duration.ZERO);
  }

  @Test
  void aQuestionThroughAPipeIsAnsweredOnTheOutputAndNotedOnTheErrors() {
    try (LocalVendor vendor = vendor(q -> says("You asked: " + q.text()))) {
      Terminal terminal = Terminal.piped("How are you?", "", "And now?");
      assertThat(chat(terminal, Map.of(), "--base-url", vendor.baseUrl(), "--model", "m")).isZero();
      assertThat(terminal.out())
          .isEqualToNormalizingNewlines("You asked: How are you?\nYou asked: And now?\n");
      assertThat(terminal.err())
          .contains("[m@127.0.0.1:", "first token", "3 tokens in, 5 out", "1 attempt]")
          .hasLineCount(2);
    }
  }

  @Test
  void theHistoryGrowsWithEachAnswer() {
    try (LocalVendor vendor = vendor(q -> says("turn " + q.turn()))) {
      Terminal terminal = Terminal.piped("one", "two", "/quit", "three");
      chat(terminal, Map.of(), "--base-url", vendor.baseUrl(), "--system", "Be brief.");
      assertThat(terminal.out()).isEqualToNormalizingNewlines("turn 2\nturn 4\n");
    }
  }

  @Test
  void aFallbackAnswersWhereTheFirstModelDoesNotExist() {
    Reply missing = new Reply.Refusal(404, "model_not_found", "No such model.", 0);
    try (LocalVendor vendor = vendor(q -> q.model().equals("big") ? missing : says("Here."))) {
      Terminal terminal = Terminal.piped("Anybody?");
      String[] options = {"--base-url", vendor.baseUrl(), "--model", "big", "--fallback", "small"};
      assertThat(chat(terminal, Map.of(), options)).isZero();
      assertThat(terminal.out()).isEqualToNormalizingNewlines("Here.\n");
      assertThat(terminal.err()).contains("small@").contains("2 attempts");
    }
  }

  @Test
  void anAnswerThatBreaksOffIsMarkedAndBeginsAgain() {
    Reply.Answer whole = says("one two three four");
    try (LocalVendor vendor = vendor(q -> q.model().equals("big") ? whole.cutAfter(2) : whole)) {
      Terminal terminal = Terminal.piped("Count.");
      String[] options = {"--base-url", vendor.baseUrl(), "--model", "big", "--fallback", "small"};
      assertThat(chat(terminal, Map.of(), options)).isZero();
      assertThat(terminal.out().lines()).startsWith("one two").endsWith("one two three four");
      assertThat(terminal.err()).contains("STREAM_TRUNCATED").contains("begins again");
    }
  }

  @Test
  void offlineNeedsNoKeyAndWritesAFewHundredWords() {
    Terminal terminal = Terminal.typed("Tell me about lighthouses.");
    assertThat(chat(terminal, Map.of(), "--offline")).isZero();
    assertThat(terminal.out())
        .contains("/quit leaves", "you> ", "lighthouses", "[offline, first token")
        .hasSizeGreaterThan(1000);
    assertThat(terminal.err()).isEmpty();
  }

  @Test
  void withoutAKeyItSaysWhatToSetAndThatThereIsOffline() {
    Terminal terminal = Terminal.piped("Hello?");
    assertThat(chat(terminal, Map.of())).isEqualTo(2);
    assertThat(terminal.err()).contains("OPENAI_API_KEY", "--key-env", "--offline").hasLineCount(1);
  }

  @Test
  void aWrongKeyIsToldWithoutTheKey() {
    Reply refused = new Reply.Refusal(401, "invalid_api_key", "Incorrect API key: " + KEY, 0);
    try (LocalVendor vendor = vendor(q -> refused)) {
      Terminal terminal = Terminal.piped("Hello?");
      String[] options = {"--base-url", vendor.baseUrl(), "--key-env", "K"};
      assertThat(chat(terminal, Map.of("K", KEY), options)).isEqualTo(1);
      assertThat(terminal.err()).contains("UNAUTHORIZED").contains("Is the key right");
      assertThat(terminal.out() + terminal.err()).doesNotContain("secret");
    }
  }

  @Test
  void whatCannotBeAKeyIsRefusedWithoutShowingIt() {
    Terminal terminal = Terminal.piped("Hello?");
    assertThat(chat(terminal, Map.of("OPENAI_API_KEY", "sk-secret with spaces"))).isEqualTo(2);
    assertThat(terminal.err()).startsWith("error: ").doesNotContain("secret");
  }

  @Test
  void aDeadPortIsToldInAFewLines() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Terminal terminal = Terminal.piped("Hello?");
    String url = "http://127.0.0.1:" + port + "/v1";
    assertThat(chat(terminal, Map.of(), "--base-url", url)).isEqualTo(1);
    assertThat(terminal.err()).contains("NETWORK", "RETRY", "Does a server answer");
    assertThat(terminal.err().lines()).hasSizeLessThan(8);
  }
}
