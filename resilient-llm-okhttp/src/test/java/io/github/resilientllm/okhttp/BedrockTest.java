package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockStreamTest;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bedrock as its users see it: addresses, keys, whole answers and errors. */
class BedrockTest {
  private static final String CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String KEY = "ABSK-very-secret-0123456789";
  private static final String HELLO =
      "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},"
          + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":3,\"outputTokens\":1}}";

  private static final Duration GRACE = Duration.ofMillis(50);

  private static Bedrock.Builder builder(FaultServer server, String model) {
    return Bedrock.model(model).baseUrl(server.url().replace("/v1", "")).apiKey(ApiKey.of(KEY));
  }

  private static LlmProvider at(FaultServer server, String model) {
    return builder(server, model).build();
  }

  private static void stream(FaultServer.Exchange x, byte[]... frames) throws IOException {
    x.head(
        200,
        "Content-Type: application/vnd.amazon.eventstream",
        "x-amzn-RequestId: 7fdbc480-6d28",
        "Transfer-Encoding: chunked");
    for (byte[] frame : frames) {
      x.send(Integer.toHexString(frame.length) + "\r\n").send(frame).send("\r\n");
    }
  }

  private static void streamHello(FaultServer.Exchange x) throws IOException {
    stream(x, Frames.text("Hel"), Frames.text("lo"), Frames.stop("end_turn"), Frames.usage(3, 1));
    x.endChunks();
  }

  private static Collected whole(String body) {
    return Collected.fromBody(
        BedrockStreamTest.protocol(),
        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
        /* streaming= */ false);
  }

  private static ProviderException failure(int status, String type, String body) {
    Headers.Builder headers = new Headers.Builder();
    if (type != null) {
      headers.add("x-amzn-errortype", type);
    }
    return BedrockStreamTest.protocol()
        .failure(
            new ResponseHead("bedrock", status, headers.build(), Words.OF_NO_SECRET),
            body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void wholeAnswersAndStreamsHaveUrlsOfTheirOwn() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, HELLO), BedrockTest::streamHello)) {
      LlmProvider provider = at(server, CLAUDE);
      Collected whole = Collected.from(provider, false);
      Collected stream = Collected.from(provider, true);

      assertThat(whole.text).hasToString("Hello");
      assertThat(stream.text).hasToString("Hello");
      assertThat(stream.completion.usage()).isEqualTo(whole.completion.usage());
      assertThat(stream.completion.requestId()).contains("7fdbc480-6d28");
      String path = "POST /model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse";
      assertThat(server.requests().get(0))
          .startsWith(path + " HTTP/1.1")
          .contains("Authorization: Bearer " + KEY, "Accept: application/json")
          .endsWith("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}");
      assertThat(server.requests().get(1))
          .startsWith(path + "-stream HTTP/1.1")
          .contains("Accept: application/vnd.amazon.eventstream");
    }
  }

  @Test
  void aCallIsTriedAgainAfterAThrottledStream() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              stream(x, Frames.exception("throttlingException", "{'message':'slow down'}"));
              x.endChunks();
            },
            BedrockTest::streamHello,
            x -> x.respond(200, HELLO))) {
      ResilientLlm client =
          ResilientLlm.with(at(server, CLAUDE))
              .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
              .build();
      try (ChatStream events = client.stream(ChatRequest.of("Hi"))) {
        ChatResponse response = events.response();
        assertThat(response.text()).isEqualTo("Hello");
        assertThat(response.usage().inputTokens()).hasValue(3);
        assertThat(response.attempts()).hasSize(2);
      }
      assertThat(client.chat("Hi").text()).isEqualTo("Hello");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStreamWhoseConnectionBreaksIsWholeOnlyBetweenFramesAfterItsStop(boolean inAFrame)
      throws Exception {
    byte[] usage = Frames.usage(3, 1);
    byte[] beginning = Arrays.copyOf(usage, inAFrame ? 20 : 0);
    try (FaultServer server =
        FaultServer.start(
            x -> {
              stream(x, Frames.text("Hello"), Frames.stop("end_turn"));
              x.send("ff\r\n").send(beginning).cut();
            })) {
      Collected got = Collected.from(at(server, CLAUDE), true);
      assertThat(got.text).hasToString("Hello");
      if (inAFrame) {
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      } else {
        assertThat(got.failure).isNull();
        assertThat(got.completion.usage().isUnknown()).isTrue();
      }
    }
  }

  @Test
  void aServerThatForgetsToEndItsStreamIsNotWaitedFor() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              stream(x, Frames.text("Hello"), Frames.stop("end_turn"));
              x.hang();
            })) {
      Collected got = Collected.from(builder(server, CLAUDE).grace(GRACE).build(), true);
      assertThat(got.failure).isNull();
      assertThat(got.text).hasToString("Hello");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "my%model, /model/my%25model/converse",
    "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x,"
        + " /model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x/converse",
    "../../other?a=b#c, /model/..%2F..%2Fother%3Fa=b%23c/converse"
  })
  void aModelsIdIsOneSegmentOfThePath(String model, String path) throws Exception {
    try (FaultServer server = FaultServer.start(x -> x.respond(200, HELLO))) {
      LlmProvider provider = at(server, model);
      Collected.from(provider, false);
      assertThat(server.requests().get(0)).startsWith("POST " + path + " HTTP/1.1");
      assertThat(provider.model()).isEqualTo(model);
    }
  }

  @Test
  void aKeyIsShownNowhere() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(403, "{\"Message\":\"" + KEY + "\"}"))) {
      LlmProvider provider =
          Bedrock.model(CLAUDE).baseUrl(server.url()).apiKey(ApiKey.of(KEY)).build();
      Collected got = Collected.from(provider, true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.FORBIDDEN);
      assertThat(provider + " " + got.failure).startsWith("bedrock/" + CLAUDE).doesNotContain(KEY);
      assertThat(server.requests().get(0).lines().findFirst().orElseThrow()).doesNotContain(KEY);
    }
  }

  @Test
  void mistakesAreToldWhereTheyAreMade() {
    assertThatThrownBy(() -> Bedrock.model(" ")).hasMessage("The model's name is blank");
    assertThatThrownBy(() -> Bedrock.model("m").apiKey(ApiKey.of(KEY)).build())
        .hasMessage("Bedrock needs a region(...), such as eu-central-1");
    assertThatThrownBy(() -> Bedrock.model("m").region("us-gov-west-1").build())
        .hasMessage("Bedrock needs a key; call apiKey(...), or iam(...)");
    assertThatThrownBy(() -> Bedrock.model("m").region("evil.test/"))
        .hasMessageContaining("evil.test/");
    assertThatThrownBy(() -> Bedrock.model("m").region("eu-central-1a"))
        .hasMessageContaining("eu-central-1a");
    LlmProvider provider =
        Bedrock.model("amazon.nova-micro-v1:0").region("eu-west-1").apiKey(ApiKey.of(KEY)).build();
    assertThat(provider.vendor()).isEqualTo("bedrock");
    assertThat(provider.capabilities().images()).isFalse();
  }

  @Test
  void aWholeAnswerIsReadInAnyOrderOfItsFields() {
    Collected got =
        whole(
            "{'usage':{'inputTokens':1,'outputTokens':2},'stopReason':'tool_use','new':[{}],"
                + "'output':{'x':1,'message':{'content':["
                + "{'reasoningContent':{'reasoningText':{'signature':'s','text':'Hm'}}},"
                + "{'text':'a'},{'citationsContent':{'content':[]}},"
                + "{'toolUse':{'input':{'x':[1]},'name':'f','toolUseId':'t1'}},"
                + "{'toolUse':{'name':'g','toolUseId':'t2'}}],'role':'assistant'}}}");
    assertThat(got.failure).isNull();
    assertThat(got.text).hasToString("a");
    assertThat(got.reasoning).hasToString("Hm");
    assertThat(got.calls.get(0).arguments).isEqualTo("{\"x\":[1]}");
    assertThat(got.calls.get(1).arguments).isEqualTo("{}");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(got.completion.usage().outputTokens()).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{'output':null,'stopReason':'end_turn'}",
        "{'output':{'message':'Hi'}}",
        "{'output':{'message':{'content':'Hi'}}}",
        "{'output':{'message':{'content':[{'toolUse':{'toolUseId':'t'}}]}}}",
        "{'Output':{'__type':'x#UnknownOperationException'},'Version':'1.0'}",
        "{'output':{'message':{'content':[{'text':'Hi",
        "\0\0\0\u0001\0\0\0\u0002" // a stream, as it looks to a JSON parser: odd UTF-32
      })
  void anAnswerThatIsNoneIsMalformed(String body) {
    Collected got = whole(body);
    assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(got.completion).isNull();
  }

  /** As proxies hand errors on that know no other status. */
  @Test
  void anErrorWithStatus200IsTheErrorThatItIs() {
    for (String body :
        List.of(
            "{'__type':'x#ThrottlingException','message':'x'}",
            "{'error':{'code':429,'message':'x'}}")) {
      assertThat(whole(body).failure.kind()).isEqualTo(ErrorKind.RATE_LIMITED);
      assertThat(
              Collected.fromBody(BedrockStreamTest.protocol(), body.replace('\'', '"'), true)
                  .failure
                  .kind())
          .isEqualTo(ErrorKind.RATE_LIMITED);
    }
  }

  @Test
  void aWholeAnswerCanBeAFailureToo() {
    assertThat(
            whole("{'output':{'message':{'content':[]}},'stopReason':'malformed_tool_use'}")
                .failure)
        .hasMessageContaining("malformed_tool_use");
    assertThat(whole("{'output':{'message':{'content':[]}}}").completion.finishReason())
        .isEqualTo(FinishReason.OTHER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | ValidationException | Malformed input request | INVALID_REQUEST",
        "400 | ValidationException | The provided model identifier is invalid. | MODEL_NOT_FOUND",
        "400 | ValidationException | Invocation of model ID x with on-demand throughput isn’t"
            + " supported. | MODEL_NOT_FOUND",
        "400 | ValidationException | Input is too long for requested model. | CONTEXT_TOO_LONG",
        "400 | ValidationException | The model returned the following errors: prompt is too long:"
            + " 9 tokens > 8 maximum | CONTEXT_TOO_LONG",
        "400 | ServiceQuotaExceededException | x | QUOTA_EXHAUSTED",
        "403 | AccessDeniedException | You don't have access to the model | FORBIDDEN",
        "403 | UnrecognizedClientException | x | UNAUTHORIZED",
        "403 | '' | Authentication failed: Please make sure your API Key is valid. | UNAUTHORIZED",
        "404 | ResourceNotFoundException | x | MODEL_NOT_FOUND",
        "408 | ModelTimeoutException | x | TIMEOUT",
        "424 | ModelErrorException | x | SERVER_ERROR",
        "424 | '' | x | SERVER_ERROR",
        "429 | ThrottlingException | Too many tokens, please wait before trying again."
            + " | RATE_LIMITED",
        "429 | '' | Input is too long for requested model | RATE_LIMITED",
        "429 | ThrottlingException | Too many tokens per day, please wait before trying again."
            + " | QUOTA_EXHAUSTED",
        "429 | ModelNotReadyException | x | OVERLOADED",
        "500 | InternalServerException | x | SERVER_ERROR",
        "503 | ServiceUnavailableException | x | OVERLOADED",
        "413 | '' | x | REQUEST_TOO_LARGE",
        "502 | '' | x | SERVER_ERROR"
      })
  void errorsAreKnownByTheirType(int status, String type, String message, ErrorKind kind) {
    String name = type.isEmpty() ? null : type + ":http://internal.amazon.com/coral/";
    ProviderException got = failure(status, name, "{'message':'" + message.replace("'", "") + "'}");
    assertThat(got.kind()).isEqualTo(kind);
    assertThat(got)
        .hasMessage("bedrock: HTTP " + status + (type.isEmpty() ? "" : ", type " + type));
    assertThat(got.httpStatus()).isEqualTo(status);
  }

  @Test
  void theTypeIsFoundWhereverItStands() {
    assertThat(failure(400, null, "{'__type':'com.amazon#ThrottlingException'}").kind())
        .isEqualTo(ErrorKind.RATE_LIMITED);
    assertThat(failure(400, null, "{'code':'ThrottlingException','Message':'x'}").kind())
        .isEqualTo(ErrorKind.RATE_LIMITED);
    assertThat(failure(503, null, "<html>").kind()).isEqualTo(ErrorKind.OVERLOADED);
    assertThat(failure(403, null, "").kind()).isEqualTo(ErrorKind.FORBIDDEN);
  }

  @Test
  void aDelayInAwsOwnHeaderIsKept() {
    Headers headers = Headers.of("x-amz-retry-after", "1500");
    ProviderException got =
        BedrockStreamTest.protocol()
            .failure(new ResponseHead("b", 429, headers, Words.OF_NO_SECRET), new byte[0]);
    assertThat(got.retryAfter()).contains(Duration.ofMillis(1500));
  }

  @Test
  void aRefusedKeyThatRotatesMayBeTriedAgain() {
    BedrockProtocol protocol =
        new BedrockProtocol(BedrockModel.of(CLAUDE), true, InstantSource.system());
    ResponseHead head =
        new ResponseHead(
            "b", 403, Headers.of("x-amzn-errortype", "ExpiredTokenException"), Words.OF_NO_SECRET);
    assertThat(protocol.failure(head, new byte[0]).retryHint()).contains(true);
  }
}
