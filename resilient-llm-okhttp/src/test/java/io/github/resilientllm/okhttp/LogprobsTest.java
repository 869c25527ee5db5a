package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.TokenLogprob;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How likely tokens were: who is asked, and what is read. */
class LogprobsTest {
  private static final TokenLogprob LO = new TokenLogprob("lo", -0.5, List.of());
  private static final List<TokenLogprob> HELLO =
      List.of(
          new TokenLogprob(
              "Hel",
              -0.25,
              List.of(
                  new TokenLogprob("Hel", -0.25, List.of()),
                  new TokenLogprob("Hi", -1.5, List.of()))),
          LO);
  private static final String HEL =
      "{'content':[{'token':'Hel','logprob':-0.25,'bytes':[72],'top_logprobs':["
          + "{'token':'Hel','logprob':-0.25},{'token':'Hi','logprob':-1.5,'bytes':null}]}],"
          + "'refusal':null}";

  private static ChatRequest asked(int alternatives) {
    return ChatRequest.builder().user("Hi").logprobs(alternatives).build();
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  private static Protocol openAi(String model) {
    return new OpenAiProtocol(Dialect.OPENAI.traits(), model, false, InstantSource.system());
  }

  @Test
  void openAiIsAskedAndReadPieceByPiece() throws IOException {
    JsonNode body = Bodies.write(openAi("gpt-4.1"), asked(2), true);
    assertThat(body.get("logprobs").asBoolean()).isTrue();
    assertThat(body.get("top_logprobs").asInt()).isEqualTo(2);
    assertThat(Bodies.write(openAi("gpt-4.1"), asked(0), true).has("top_logprobs")).isFalse();
    String stream =
        "data: {'choices':[{'index':0,'delta':{'content':'Hel'},'logprobs':"
            + HEL
            + "}]}\n\ndata: {'choices':[{'index':0,'delta':{'content':'lo'},'logprobs':"
            + "{'content':[{'token':'lo','logprob':-0.5,'top_logprobs':[]}]}}]}\n\n"
            + "data: {'choices':[{'index':0,'delta':{},'logprobs':null,'finish_reason':'stop'}]}\n\n";
    Collected got = Collected.fromBody(Dialect.OPENAI, quoted(stream), true);
    assertThat(got.failure).isNull();
    assertThat(got.completion.logprobs()).isEqualTo(HELLO);
    assertThat(got.completion.logprobs().get(0)).hasToString("TokenLogprob[-0.25, 2 alternatives]");
  }

  @Test
  void geminiIsAskedAndReadInItsOwnShape() throws IOException {
    Protocol gemini = Collected.gemini("gemini-2.5-flash");
    JsonNode config = Bodies.write(gemini, asked(2), true).get("generationConfig");
    assertThat(config.get("responseLogprobs").asBoolean()).isTrue();
    assertThat(config.get("logprobs").asInt()).isEqualTo(2);
    String body =
        "{'candidates':[{'content':{'parts':[{'text':'Hello'}]},'finishReason':'STOP',"
            + "'logprobsResult':{'topCandidates':[{'candidates':[{'token':'Hel','tokenId':7,"
            + "'logProbability':-0.25},{'token':'Hi','logProbability':-1.5}]}],"
            + "'chosenCandidates':[{'token':'Hel','logProbability':-0.25},"
            + "{'token':'lo','logProbability':-0.5}]}}]}";
    assertThat(Collected.fromBody(gemini, quoted(body), false).completion.logprobs())
        .isEqualTo(HELLO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "7", "[]", "{'content':null}", "{'content':[7,{'logprob':'x'}]}"})
  void whatIsNoSuchThingIsPassedOver(String logprobs) {
    String body =
        "{'choices':[{'logprobs':"
            + logprobs
            + ",'message':{'content':'Hi'},'finish_reason':'stop'}]}";
    Collected got = Collected.fromBody(Dialect.OPENAI, quoted(body), false);
    assertThat(got.failure).isNull();
    assertThat(got.text).hasToString("Hi");
    assertThat(got.completion.logprobs()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void whoTellsNoneIsNotEligible() throws IOException {
    InstantSource clock = InstantSource.system();
    List<Protocol> silent =
        List.of(
            openAi("gpt-5"),
            Collected.protocol(Dialect.GROQ),
            new AnthropicProtocol("claude-sonnet-4-5", false, clock),
            new BedrockProtocol(BedrockModel.of("amazon.nova-pro-v1:0"), false, clock));
    ChatRequest bestEffort = asked(1).toBuilder().bestEffort().build();
    for (Protocol protocol : silent) {
      assertThat(protocol.cannotServe(asked(1)).orElseThrow()).contains("logprobs");
      assertThat(protocol.cannotServe(bestEffort)).isEmpty();
      assertThat(protocol.leavesOut(bestEffort)).contains("logprobs");
      assertThat(Bodies.write(protocol, bestEffort, true).has("logprobs")).isFalse();
    }
    ChatRequest quick = asked(1).toBuilder().reasoningEffort(ReasoningEffort.NONE).build();
    assertThat(openAi("gpt-5.1").cannotServe(quick)).isEmpty();
    assertThat(openAi("gpt-5.1").cannotServe(asked(1))).isPresent();
  }

  @Test
  void aCallHandsThemOver() throws Exception {
    String body =
        "{'choices':[{'logprobs':" + HEL + ",'message':{'content':'Hel'},'finish_reason':'stop'}]}";
    try (FaultServer server = FaultServer.start(x -> x.respond(200, quoted(body)))) {
      ResilientLlm client =
          ResilientLlm.with(OpenAi.model("m").baseUrl(server.url()).build()).build();
      assertThat(client.chat(asked(2)).logprobs()).isEqualTo(HELLO.subList(0, 1));
    }
    assertThatThrownBy(() -> asked(21)).hasMessageContaining("0 to 20 alternatives, not 21");
  }
}
