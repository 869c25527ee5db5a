package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockStreamTest;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import java.math.BigDecimal;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a vendor says it cost, and which tier served. */
class ServedTest {
  private static Collected openRouter(String usage) {
    String body =
        "{'service_tier':'flex','choices':[{'message':{'content':'Hi'},'finish_reason':'stop'}],"
            + "'usage':{'prompt_tokens':1,'completion_tokens':2,"
            + usage
            + "}}";
    return Collected.fromBody(Dialect.OPENROUTER, body.replace('\'', '"'), false);
  }

  private static Collected stream(Protocol protocol, String... events) {
    StringBuilder body = new StringBuilder();
    for (String event : events) {
      body.append("data: ").append(event.replace('\'', '"')).append("\n\n");
    }
    return Collected.fromBody(protocol, body.toString(), true);
  }

  @Test
  void openRoutersCostIsTold() {
    Collected got = openRouter("'cost':0.00014,'cost_details':{'upstream_inference_cost':null}");
    assertThat(got.completion.usage().cost()).contains(new BigDecimal("0.00014"));
    assertThat(got.completion.usage().outputTokens()).hasValue(2);
    assertThat(got.completion.serviceTier()).isEqualTo("flex");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "'free'",
        "-1",
        "1e999999999",
        "1e-999999999",
        "1e99999999999",
        "{}",
        "[0.1]"
      })
  void whatIsNoAmountIsNoCost(String amount) {
    Collected got = openRouter("'cost':" + amount);
    assertThat(got.failure).isNull();
    assertThat(got.completion.usage().cost()).isEmpty();
    assertThat(got.completion.usage().inputTokens()).hasValue(1);
  }

  @Test
  void theTierOfAStreamIsTheLastThatWasSaid() {
    Collected got =
        stream(
            Collected.protocol(Dialect.OPENAI),
            "{'id':'a','service_tier':'auto','choices':[{'index':0,'delta':{'content':'Hi'}}]}",
            "{'id':'a','service_tier':'default','choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}",
            "[DONE]");
    assertThat(got.completion.serviceTier()).isEqualTo("default");
  }

  @Test
  void anthropicsTierStandsInItsUsage() {
    Collected got =
        stream(
            new AnthropicProtocol("claude-sonnet-4-5", false, InstantSource.system()),
            "{'type':'message_start','message':{'id':'m','usage':{'input_tokens':3,'service_tier':'priority'}}}",
            "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':'Hi'}}",
            "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':1}}",
            "{'type':'message_stop'}");
    assertThat(got.completion.serviceTier()).isEqualTo("priority");
  }

  @Test
  void bedrocksTierIsRead() {
    String body =
        "{'output':{'message':{'role':'assistant','content':[{'text':'Hi'}]}},"
            + "'stopReason':'end_turn','serviceTier':{'type':'flex'}}";
    assertThat(
            Collected.fromBody(BedrockStreamTest.protocol(), body.replace('\'', '"'), false)
                .completion
                .serviceTier())
        .isEqualTo("flex");
  }

  @Test
  void whatIsNoWordIsNoTier() {
    for (String tier : new String[] {"null", "7", "{}", "'" + "x".repeat(65) + "'"}) {
      String body =
          "{'service_tier':"
              + tier
              + ",'choices':[{'message':{'content':'Hi'},'finish_reason':'stop'}]}";
      Collected got = Collected.fromBody(Dialect.OPENAI, body.replace('\'', '"'), false);
      assertThat(got.completion.serviceTier()).isEmpty();
    }
  }
}
