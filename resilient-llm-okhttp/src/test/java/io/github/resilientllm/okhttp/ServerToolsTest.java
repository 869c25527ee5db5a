package io.github.resilientllm.okhttp;

import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Anthropic's own tools do, what they cite, and turns that are paused for them. */
class ServerToolsTest {
  private static final Protocol ANTHROPIC =
      new AnthropicProtocol("claude-opus-5", false, InstantSource.system());
  private static final String USE =
      "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{'query':'sun'}}";
  private static final String FOUND =
      "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[{'type':"
          + "'web_search_result','url':'https://example.org','encrypted_content':'E=='}]}";
  private static final String CITED =
      "{'type':'text','text':'It shines.','citations':[{'type':'web_search_result_location',"
          + "'url':'https://example.org'}]}";
  private static final String ALL = "[" + USE + "," + FOUND + "," + CITED + "]";

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  private static String whole(String content, String reason) {
    return quoted(
        "{'type':'message','content':"
            + content
            + ",'stop_reason':'"
            + reason
            + "','usage':{'input_tokens':5,'output_tokens':2}}");
  }

  private static String stream(String... events) {
    StringBuilder text = new StringBuilder();
    for (String event : events) {
      text.append("data: ").append(quoted(event)).append("\n\n");
    }
    return text.toString();
  }

  private static String streamed() {
    return stream(
        "{'type':'content_block_start','index':0,'content_block':{'type':'server_tool_use',"
            + "'id':'srvtoolu_1','name':'web_search','input':{}}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta',"
            + "'partial_json':'{\\'query\\':'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta',"
            + "'partial_json':'\\'sun\\'}'}}",
        "{'type':'content_block_stop','index':0}",
        "{'type':'content_block_start','index':1,'content_block':" + FOUND + "}",
        "{'type':'content_block_stop','index':1}",
        "{'type':'content_block_start','index':2,'content_block':{'type':'text','text':''}}",
        "{'type':'content_block_delta','index':2,'delta':{'type':'citations_delta','citation':"
            + "{'type':'web_search_result_location','url':'https://example.org'}}}",
        "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','text':'It '}}",
        "{'type':'content_block_delta','index':2,'delta':{'type':'text_delta','text':'shines.'}}",
        "{'type':'content_block_stop','index':2}",
        "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'output_tokens':2}}",
        "{'type':'message_stop'}");
  }

  private static ChatRequest.Builder after(String content) {
    return ChatRequest.builder()
        .user("Does the sun shine?")
        .message(
            Message.assistant(
                List.of(
                    new Part.Text("It shines."),
                    new Part.Verbatim(new VendorData("anthropic", quoted(content))))))
        .user("Sure?");
  }

  private static JsonNode body(String request) throws IOException {
    return Fixtures.JSON.readTree(request.substring(request.indexOf("\r\n\r\n") + 4));
  }

  private static LlmProvider at(FaultServer server) {
    return Anthropic.model("claude-opus-5").apiKey(ApiKey.of("k")).baseUrl(server.url()).build();
  }

  @Test
  void aStreamAndAWholeAnswerAreKeptAsTheyCame() throws IOException {
    Collected stream = Collected.fromBody(ANTHROPIC, streamed(), true);
    Collected whole = Collected.fromBody(ANTHROPIC, whole(ALL, "end_turn"), false);
    for (Collected got : List.of(stream, whole)) {
      assertThat(got.failure).isNull();
      assertThat(got.text).hasToString("It shines.");
      assertThat(got.calls).isEmpty();
      VendorData verbatim = got.completion.verbatim().orElseThrow();
      assertThat(verbatim.vendor()).isEqualTo("anthropic");
      Bodies.assertJson(Fixtures.JSON.readTree(verbatim.data()), ALL);
    }
  }

  @Test
  void whatOthersCanBeToldIsNotKeptTwice() {
    String plain =
        "[{'type':'thinking','thinking':'a','signature':'s'},{'type':'text','text':'b'}]";
    String called = "[" + USE + ",{'type':'tool_use','id':'1','name':'f','input':{}}]";
    String fallback = "[{'type':'fallback','from':'a','to':'b'},{'type':'text','text':'b'}]";
    String huge = "[" + USE + ",{'type':'text','text':'" + "x".repeat(5 << 20) + "'}]";
    for (String content : List.of(plain, called, fallback, huge)) {
      Collected got = Collected.fromBody(ANTHROPIC, whole(content, "end_turn"), false);
      assertThat(got.failure).isNull();
      assertThat(got.completion.verbatim()).isEmpty();
    }
  }

  @Test
  void itsVendorGetsItBackAndOthersGetTheWords() throws IOException {
    JsonNode own = Bodies.write(ANTHROPIC, after(ALL).build(), true);
    Bodies.assertJson(own.at("/messages/1/content"), ALL);
    Protocol gemini = Collected.gemini("gemini-2.5-flash");
    Bodies.assertJson(
        Bodies.write(gemini, after(ALL).build(), true).at("/contents/1/parts"),
        "[{'text':'It shines.'}]");
    assertThat(gemini.leavesOut(after(ALL).build()))
        .containsExactly("what tools of another vendor did, and citations");
    assertThat(ANTHROPIC.leavesOut(after(ALL).build())).isEmpty();
    JsonNode openAi = Bodies.write(Collected.protocol(Dialect.OPENAI), after(ALL).build(), true);
    assertThat(openAi.at("/messages/1/content").asText()).isEqualTo("It shines.");
    Bodies.assertJson(
        Bodies.write(ANTHROPIC, after("[broken").build(), true).at("/messages/1/content"),
        "[{'type':'text','text':'It shines.'}]");
  }

  @Test
  void aPausedTurnIsGoneOnWithAsOneAnswer() throws Exception {
    String first = "[" + USE + ",{'type':'text','text':'Look: '}]";
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, whole(first, "pause_turn")),
            x -> x.respond(200, whole("[" + FOUND + "," + CITED + "]", "end_turn")))) {
      ChatResponse answer = ResilientLlm.with(at(server)).build().chat("Does the sun shine?");
      assertThat(answer.text()).isEqualTo("Look: It shines.");
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(answer.attempts()).hasSize(1);
      assertThat(answer.usage().inputTokens()).hasValue(10);
      assertThat(answer.usage().outputTokens()).hasValue(4);

      JsonNode messages = body(server.requests().get(1)).get("messages");
      assertThat(messages).hasSize(2);
      Bodies.assertJson(messages.at("/1/content"), first);
      Bodies.assertJson(
          Fixtures.JSON.readTree(answer.verbatim().orElseThrow().data()),
          "[" + USE + ",{'type':'text','text':'Look: '}," + FOUND + "," + CITED + "]");
      assertThat(answer.message().parts().get(1)).isInstanceOf(Part.Verbatim.class);
    }
  }

  @Test
  void aTurnThatIsPausedForEverIsHandedOver() throws Exception {
    try (FaultServer server =
        FaultServer.start(x -> x.respond(200, whole("[" + USE + "]", "pause_turn")))) {
      Collected got = Collected.from(at(server), false);
      assertThat(got.completion.finishReason()).isEqualTo(FinishReason.PAUSE);
      assertThat(server.requests()).hasSize(17);
      assertThat(body(server.requests().get(16)).at("/messages/1/content")).hasSize(16);
    }
  }

  @Test
  void aPauseWithNothingToSendBackEndsTheAnswer() throws Exception {
    try (FaultServer server =
        FaultServer.start(
            x -> x.respond(200, whole("[{'type':'text','text':'Hm'}]", "pause_turn")))) {
      Collected got = Collected.from(at(server), false);
      assertThat(got.completion.finishReason()).isEqualTo(FinishReason.PAUSE);
      assertThat(server.requests()).hasSize(1);
    }
  }
}
