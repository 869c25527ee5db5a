package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.Bodies.assertJson;
import static io.github.resilientllm.okhttp.Bodies.hi;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import io.github.resilientllm.okhttp.internal.responses.ResponsesProtocol;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What xAI, Together, Fireworks, Cerebras and Google's imitation take, and what they refuse. */
class DialectsTest {
  private static final Tool TOOL =
      Tool.of("f", "", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}");

  private static Protocol protocol(Dialect dialect, String model) {
    return new OpenAiProtocol(dialect.traits(), model, false, InstantSource.system());
  }

  private static JsonNode write(Dialect dialect, String model, ChatRequest request)
      throws IOException {
    return Bodies.write(protocol(dialect, model), request, true);
  }

  @Test
  void eachHasItsNameAndItsAddress() {
    for (Dialect dialect :
        new Dialect[] {
          Dialect.XAI, Dialect.TOGETHER, Dialect.FIREWORKS, Dialect.CEREBRAS, Dialect.GEMINI
        }) {
      assertThat(OpenAi.model("m").dialect(dialect).apiKey(ApiKey.of("key")).build())
          .hasToString(dialect + "/m");
    }
    assertThat(Dialect.GEMINI).hasToString("gemini-openai");
  }

  /** docs.x.ai, reasoning: each model has its own efforts, and refuses all others. */
  @ParameterizedTest
  @CsvSource({
    "grok-4.7, minimal, low",
    "grok-4.7, max, xhigh",
    "grok-4.5, xhigh, high",
    "grok-4.5, none, low",
    "grok-4.3, none, none",
    "grok-3-mini, medium, low",
    "grok-9-future, high, high",
    "grok-4, high, ''",
    "grok-4-fast-reasoning, high, ''",
    "grok-4-1-fast-reasoning, high, ''",
    "grok-4.20-reasoning, high, ''",
    "grok-4.20-non-reasoning, high, ''",
    "grok-code-fast-1, high, ''",
    "grok-build-0.1, high, ''",
    "grok-3, high, ''"
  })
  void grokTakesTheEffortsOfItsModel(String model, String wanted, String sent) throws IOException {
    ReasoningEffort effort = ReasoningEffort.valueOf(wanted.toUpperCase(Locale.ROOT));
    ChatRequest request = hi().reasoningEffort(effort).bestEffort().build();
    JsonNode body = write(Dialect.XAI, model, request);
    assertThat(body.path("reasoning_effort").asText("")).isEqualTo(sent);
    assertThat(protocol(Dialect.XAI, model).leavesOut(request).isEmpty())
        .as("says what is left out")
        .isEqualTo(wanted.equals(sent));
  }

  /** docs.x.ai, reasoning: stop is an error with a model that thinks. */
  @ParameterizedTest
  @CsvSource({
    "grok-4.7, true",
    "grok-4, true",
    "grok-3-mini, true",
    "grok-code-fast-1, true",
    "grok-3, false",
    "grok-2-vision-1212, false",
    "grok-4.20-non-reasoning, false"
  })
  void aGrokThatThinksTakesNoStopTexts(String model, boolean refuses) throws IOException {
    ChatRequest.Builder request = hi().stop("END");
    assertThat(protocol(Dialect.XAI, model).cannotServe(request.build()).isPresent())
        .isEqualTo(refuses);
    ChatRequest lenient = request.bestEffort().build();
    assertThat(write(Dialect.XAI, model, lenient).has("stop")).isEqualTo(!refuses);
    assertThat(protocol(Dialect.XAI, model).leavesOut(lenient).contains("stop texts"))
        .isEqualTo(refuses);
  }

  @Test
  void xAisLimitCountsWhatTheModelThinks() throws IOException {
    JsonNode body = write(Dialect.XAI, "grok-4.7", hi().maxOutputTokens(9).build());
    assertThat(body.get("max_completion_tokens").asInt()).isEqualTo(9);
    assertThat(protocol(Dialect.XAI, "grok-4.7").capabilities().thinksInSilence()).isTrue();
    assertThat(protocol(Dialect.XAI, "grok-3").capabilities().thinksInSilence()).isFalse();
  }

  @Test
  void cerebrasIsNotToldOfCallsSideBySideAndClosesItsSchemas() throws IOException {
    ChatRequest request = hi().tool(TOOL.enforced()).parallelToolCalls(false).build();
    JsonNode body = write(Dialect.CEREBRAS, "gpt-oss-120b", request);
    assertThat(body.has("parallel_tool_calls")).isFalse();
    assertThat(body.at("/tools/0/function/parameters/additionalProperties").asBoolean(true))
        .isFalse();
    assertThat(protocol(Dialect.CEREBRAS, "gpt-oss-120b").leavesOut(request))
        .containsExactly("parallel tool calls");
  }

  @Test
  void fireworksSendsItsUsageUnasked() throws IOException {
    assertThat(write(Dialect.FIREWORKS, "m", hi().build()).has("stream_options")).isFalse();
    assertJson(
        write(Dialect.TOGETHER, "m", hi().build()).get("stream_options"), "{'include_usage':true}");
  }

  @Test
  void googlesImitationTakesImagesByTheirBytes() {
    ChatRequest link =
        ChatRequest.builder()
            .user(new Part.Text("See"), Part.Image.of(URI.create("https://x.test/a.png")))
            .build();
    assertThat(protocol(Dialect.GEMINI, "gemini-3-flash").cannotServe(link))
        .contains("gemini-openai takes images by bytes, not by URL");
  }

  @Test
  void xAiHasTheResponsesApiToo() throws IOException {
    Protocol grok =
        new ResponsesProtocol(
            Dialect.XAI.traits(), NamedModel.of("grok-4.7"), false, InstantSource.system());
    JsonNode body = Bodies.write(grok, hi().reasoningEffort(ReasoningEffort.LOW).build(), true);
    assertJson(body.get("include"), "['reasoning.encrypted_content']");
    assertJson(body.get("reasoning"), "{'effort':'low'}");
  }
}
