package io.github.resilientllm.test.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a local vendor says is understood by the client of the vendor whose format it speaks. */
class WireTest {
  private static final Tool TRACK = Tool.of("track", "Where a parcel is.", "{\"type\":\"object\"}");
  private static final Reply.Answer WORDS =
      Reply.Answer.of("one \"two\" three", Duration.ZERO, Duration.ZERO);

  private enum Format {
    OPENAI,
    ANTHROPIC,
    GEMINI;

    ResilientLlm client(LocalVendor vendor) {
      LlmProvider provider =
          switch (this) {
            case OPENAI -> OpenAi.model("m").baseUrl(vendor.baseUrl()).build();
            case ANTHROPIC -> Anthropic.model("m").baseUrl(vendor.baseUrl()).build();
            case GEMINI -> Gemini.model("m").baseUrl(vendor.baseUrl()).build();
          };
      return ResilientLlm.with(provider).retry(Retry.none()).build();
    }
  }

  private final Queue<Question> heard = new ConcurrentLinkedQueue<>();

  private LocalVendor vendor(Behaviour behaviour) {
    return LocalVendor.start(
        question -> {
          heard.add(question);
          return behaviour.reply(question);
        });
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerArrivesWholeWithItsUsage(Format format) {
    try (LocalVendor vendor = vendor(q -> WORDS)) {
      ChatResponse answer = format.client(vendor).chat("How are you?");
      assertThat(answer.text()).isEqualTo("one \"two\" three");
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(answer.model()).isEqualTo("m");
      assertThat(answer.usage().inputTokens()).hasValue(3);
      assertThat(answer.usage().outputTokens()).hasValue(3);
      assertThat(heard)
          .containsExactly(new Question("m", "How are you?", List.of(), false, List.of(), "user"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerStreamsWordByWord(Format format) {
    try (LocalVendor vendor = vendor(q -> WORDS);
        ChatStream stream = format.client(vendor).stream("How are you?")) {
      ChatResponse answer = stream.response();
      assertThat(answer.text()).isEqualTo("one \"two\" three");
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(answer.usage().inputTokens()).hasValue(3);
      assertThat(answer.usage().outputTokens()).hasValue(3);
      assertThat(heard)
          .containsExactly(new Question("m", "How are you?", List.of(), true, List.of(), "user"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatIsCutIsNoAnswer(Format format) {
    try (LocalVendor vendor = vendor(q -> WORDS.cutAfter(2));
        ChatStream stream = format.client(vendor).stream("How are you?")) {
      assertThat(failure(stream)).isEqualTo(ErrorKind.STREAM_TRUNCATED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aToolIsCalledAndItsResultComesBackWithTheId(Format format) {
    Reply use = new Reply.ToolUse("track", "{\"parcel\":\"4711\"}");
    try (LocalVendor vendor = vendor(q -> q.toolResults().isEmpty() ? use : WORDS)) {
      ResilientLlm llm = format.client(vendor);
      ChatRequest request = ChatRequest.builder().user("Where is it?").tool(TRACK).build();
      ChatResponse asked = llm.chat(request);
      try (ChatStream stream = llm.stream(request)) {
        assertThat(stream.response().toolCalls()).isEqualTo(asked.toolCalls());
      }

      ToolCall call = asked.toolCalls().get(0);
      assertThat(asked.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
      assertThat(call.name()).isEqualTo("track");
      assertThat(call.arguments()).isEqualTo("{\"parcel\":\"4711\"}");

      Message result = Message.tool(ToolResult.of(call.id(), "in Hamburg"));
      ChatRequest next = request.toBuilder().message(asked.message()).message(result).build();
      assertThat(llm.chat(next).text()).isEqualTo(WORDS.text());
      assertThat(heard).last().extracting(Question::toolResults).isEqualTo(List.of(call.id()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalIsOfItsKind(Format format) {
    try (LocalVendor vendor =
        vendor(q -> new Reply.Refusal(401, "invalid_api_key", "No such key.", 0))) {
      ResilientLlm llm = format.client(vendor);
      assertThatThrownBy(() -> llm.chat("How are you?"))
          .isInstanceOfSatisfying(
              LlmException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAUTHORIZED));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOutageBreaksTheStreamsUnderWay(Format format) {
    Sick sick = new Sick();
    try (LocalVendor vendor = LocalVendor.start(sick);
        ChatStream stream = format.client(vendor).stream("How are you?")) {
      assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("one"));
      sick.flow = Behaviour.Flow.BROKEN;
      assertThat(failure(stream)).isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSilentStreamGoesOnWhenTheOutageIsOver(Format format) {
    Sick sick = new Sick();
    try (LocalVendor vendor = LocalVendor.start(sick);
        ChatStream stream = format.client(vendor).stream("How are you?")) {
      assertThat(stream.iterator().next()).isEqualTo(new ChatEvent.TextDelta("one"));
      sick.flow = Behaviour.Flow.ON;
      assertThat(stream.response().text()).isEqualTo(WORDS.text());
    }
  }

  /** Silent after the first word, until it is told otherwise. */
  private static final class Sick implements Behaviour {
    private volatile Flow flow = Flow.SILENT;

    @Override
    public Reply reply(Question question) {
      return WORDS;
    }

    @Override
    public Flow flow(Question question) {
      return flow;
    }
  }

  private static ErrorKind failure(ChatStream stream) {
    try {
      for (ChatEvent event : stream) {
        assertThat(event).isNotInstanceOf(ChatEvent.Finished.class);
      }
    } catch (LlmException failed) {
      return failed.kind();
    }
    throw new AssertionError("it ended well");
  }
}
