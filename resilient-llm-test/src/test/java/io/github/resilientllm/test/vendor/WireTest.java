package io.github.resilientllm.test.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.AzureOpenAi;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a local vendor says is understood by the client of the vendor whose format it speaks. */
class WireTest {
  private static final Tool TRACK = Tool.of("track", "Where a parcel is.", "{\"type\":\"object\"}");
  private static final ApiKey ANY_KEY = ApiKey.of("not-a-secret");
  private static final Reply.Answer WORDS =
      Reply.Answer.of("one \"two\" three", Duration.ZERO, Duration.ZERO);

  enum Format {
    OPENAI,
    RESPONSES,
    AZURE,
    AZURE_BY_DEPLOYMENT,
    AZURE_RESPONSES,
    ANTHROPIC,
    GEMINI,
    BEDROCK;

    ResilientLlm client(LocalVendor vendor) {
      return client(vendor.root());
    }

    ResilientLlm client(String root) {
      LlmProvider provider =
          switch (this) {
            case OPENAI -> OpenAi.model("m").baseUrl(root + "/v1").build();
            case RESPONSES -> OpenAi.responses("m").baseUrl(root + "/v1").build();
            case AZURE -> AzureOpenAi.deployment("m").endpoint(root).apiKey(ANY_KEY).build();
            case AZURE_BY_DEPLOYMENT ->
                AzureOpenAi.deployment("m")
                    .endpoint(root)
                    .apiVersion("2024-10-21")
                    .apiKey(ANY_KEY)
                    .build();
            case AZURE_RESPONSES ->
                AzureOpenAi.responses("m").endpoint(root).apiKey(ANY_KEY).build();
            case ANTHROPIC -> Anthropic.model("m").baseUrl(root + "/v1").build();
            case GEMINI -> Gemini.model("m").baseUrl(root + "/v1").build();
            case BEDROCK -> Bedrock.model("m").baseUrl(root).apiKey(ANY_KEY).build();
          };
      return ResilientLlm.with(provider).retry(Retry.none()).build();
    }
  }

  private final Queue<Question> heard = new ConcurrentLinkedQueue<>();

  private LocalVendor vendor(Behaviour behaviour) {
    return LocalVendor.start(
        question -> {
          heard.add(question.withBody(""));
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
      assertThat(answer.model()).isEqualTo(format == Format.BEDROCK ? "" : "m"); // it says none
      assertThat(answer.usage().inputTokens()).hasValue(3);
      assertThat(answer.usage().outputTokens()).hasValue(3);
      assertThat(heard)
          .containsExactly(
              new Question("m", "How are you?", List.of(), false, List.of(), "user", ""));
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
          .containsExactly(
              new Question("m", "How are you?", List.of(), true, List.of(), "user", ""));
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

  /** In each vendor's own words. */
  @ParameterizedTest
  @EnumSource
  void aRefusalIsOfItsKind(Format format) {
    assertThat(kind(format, 401, "invalid_api_key")).isEqualTo(ErrorKind.UNAUTHORIZED);
    assertThat(kind(format, 429, "rate_limit_exceeded")).isEqualTo(ErrorKind.RATE_LIMITED);
    assertThat(kind(format, 429, "insufficient_quota")).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
    assertThat(kind(format, 400, "context_length_exceeded")).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
    assertThat(kind(format, 503, "overloaded")).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(kind(format, 500, "server_error")).isEqualTo(ErrorKind.SERVER_ERROR);
  }

  private ErrorKind kind(Format format, int status, String code) {
    try (LocalVendor vendor = vendor(q -> new Reply.Refusal(status, code, "Scripted.", 0))) {
      return assertThatExceptionOfType(LlmException.class)
          .isThrownBy(() -> format.client(vendor).chat("How are you?"))
          .actual()
          .kind();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorInsideAnAnswerIsNoAnswer(Format format) {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.streams(3).tokens().thenFails(500, "server_error");
      try (ChatStream stream = format.client(vendor.root()).stream("How are you?")) {
        assertThat(failure(stream)).isEqualTo(ErrorKind.SERVER_ERROR);
      }
      assertThat(vendor.unreached()).isEmpty();
    }
  }

  /** The same words of a script mean the same in every format. */
  @ParameterizedTest
  @EnumSource
  void aStreamThatBreaksOffInAnyWayIsNoAnswer(Format format) {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.streams(3).tokens().thenCutsInAnEvent().once();
      vendor.streams(3).tokens().thenEndsUnfinished().once();
      vendor.streams(3).tokens().thenResets().once();
      for (int i = 0; i < 3; i++) {
        try (ChatStream stream = format.client(vendor.root()).stream("How are you?")) {
          assertThat(failure(stream)).isIn(ErrorKind.STREAM_TRUNCATED, ErrorKind.NETWORK);
        }
      }
      assertThat(vendor.unreached()).isEmpty();
    }
  }

  /** Nor is one that is not streamed, where nothing but its end is missing. */
  @ParameterizedTest
  @EnumSource
  void aBodyThatEndsUnfinishedIsNoAnswer(Format format) {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.streams(30).tokens().thenEndsUnfinished();
      assertThatExceptionOfType(LlmException.class)
          .isThrownBy(() -> format.client(vendor.root()).chat("How are you?"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatStopsForItsLengthOrIsFilteredSaysSo(Format format) {
    try (Vendor vendor = Vendor.start("a")) {
      vendor.streams(3).tokens().thenIsTooLong().once();
      vendor.streams(3).tokens().thenIsFiltered().once();
      try (ChatStream stream = format.client(vendor.root()).stream("How are you?")) {
        assertThat(stream.response().finishReason()).isEqualTo(FinishReason.LENGTH);
      }
      try (ChatStream stream = format.client(vendor.root()).stream("How are you?")) {
        assertThat(failure(stream)).isEqualTo(ErrorKind.CONTENT_FILTERED);
      }
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
