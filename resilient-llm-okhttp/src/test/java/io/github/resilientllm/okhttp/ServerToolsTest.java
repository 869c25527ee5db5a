package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.gemini.GeminiProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.responses.ResponsesProtocol;
import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What vendors' own tools do, what they cite, and turns that are paused for them. */
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
    return after("anthropic", content);
  }

  private static ChatRequest.Builder after(String vendor, String content) {
    return ChatRequest.builder()
        .user("Does the sun shine?")
        .message(
            Message.assistant(
                List.of(
                    new Part.Text("It shines."),
                    new Part.Verbatim(new VendorData(vendor, quoted(content))))))
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

  private static final String CODE =
      "{'executableCode':{'id':'c1','language':'PYTHON','code':'print(1)'},'thoughtSignature':'s'}";
  private static final String RAN =
      "{'codeExecutionResult':{'id':'c1','outcome':'OUTCOME_OK','output':'1'}}";
  private static final String GROUNDED = "{'groundingMetadata':{'webSearchQueries':['sun']}}";
  private static final String OF_GEMINI =
      "[" + CODE + "," + RAN + ",{'text':'It shines.'}," + GROUNDED + "]";

  private static String gemini(String parts, String more) {
    return quoted("{'candidates':[{'content':{'parts':[" + parts + "]}" + more + "}]}");
  }

  @Test
  void whatGeminiRanAndWhatItIsFoundedOnIsKept() throws IOException {
    Protocol protocol = Collected.gemini("gemini-3-flash");
    String end = ",'finishReason':'STOP'," + GROUNDED.substring(1, GROUNDED.length() - 1);
    String streamed =
        "data: "
            + gemini(CODE + "," + RAN, "")
            + "\n\ndata: "
            + gemini("{'text':'It '}", "")
            + "\n\ndata: "
            + gemini("{'text':'shines.'}", end)
            + "\n\n";
    String whole = gemini(CODE + "," + RAN + ",{'text':'It shines.'}", end);
    for (Collected got :
        List.of(
            Collected.fromBody(protocol, streamed, true),
            Collected.fromBody(protocol, whole, false))) {
      assertThat(got.failure).isNull();
      assertThat(got.text).hasToString("It shines.");
      Bodies.assertJson(
          Fixtures.JSON.readTree(got.completion.verbatim().orElseThrow().data()), OF_GEMINI);
    }
  }

  @Test
  void geminiGetsItsPartsBackAndNotWhatWasSaidOfThem() throws IOException {
    ChatRequest request = after("gemini", OF_GEMINI).build();
    Bodies.assertJson(
        Bodies.write(Collected.gemini("gemini-3-flash"), request, true).at("/contents/1/parts"),
        "[" + CODE + "," + RAN + ",{'text':'It shines.'}]");
    Protocol vertex = new GeminiProtocol("gemini-3-flash", true, false, InstantSource.system());
    assertThat(Bodies.write(vertex, request, true).at("/contents/1/parts").toString())
        .doesNotContain("c1");
    assertThat(ANTHROPIC.leavesOut(request))
        .containsExactly("what tools of another vendor did, and citations");
  }

  @Test
  void aGeminiAnswerThatCallsAToolOfOursHasItsPartsOnly() {
    String called = CODE + ",{'functionCall':{'name':'f','args':{}}}";
    Collected got =
        Collected.fromBody(
            Collected.gemini("gemini-3-flash"), gemini(called, ",'finishReason':'STOP'"), false);
    assertThat(got.calls).hasSize(1);
    assertThat(got.completion.verbatim()).isEmpty();
  }

  @Test
  void theResponsesApiShowsItsItemsAndTakesThemNotBack() throws IOException {
    Protocol protocol =
        new ResponsesProtocol(
            Dialect.OPENAI.traits(), NamedModel.of("gpt-5.6"), false, InstantSource.system());
    String search =
        "{'type':'file_search_call','id':'fs_1','status':'completed','queries':['sun']}";
    String message =
        "{'type':'message','content':[{'type':'output_text','text':'It shines.','annotations':"
            + "[{'type':'file_citation','file_id':'f1','index':3}]}]}";
    String whole = quoted("{'status':'completed','output':[" + search + "," + message + "]}");
    String streamed =
        stream(
            "{'type':'response.output_item.done','output_index':0,'item':" + search + "}",
            "{'type':'response.output_item.done','output_index':1,'item':" + message + "}",
            "{'type':'response.completed','response':{'status':'completed'}}");
    for (Collected got :
        List.of(
            Collected.fromBody(protocol, whole, false),
            Collected.fromBody(protocol, streamed, true))) {
      assertThat(got.failure).isNull();
      assertThat(got.text).hasToString("It shines.");
      Bodies.assertJson(
          Fixtures.JSON.readTree(got.completion.verbatim().orElseThrow().data()),
          "[" + search + "," + message + "]");
    }
    ChatRequest next = after("openai", "[" + search + "," + message + "]").build();
    assertThat(protocol.leavesOut(next))
        .containsExactly("what tools of a vendor's own did, and citations");
    assertThat(Bodies.write(protocol, next, true).at("/input/1/content").asText())
        .isEqualTo("It shines.");
  }

  @Test
  void chatCompletionsShowWhatTheyCite() throws IOException {
    Protocol xai = Collected.protocol(Dialect.XAI);
    String streamed =
        stream(
            "{'choices':[{'index':0,'delta':{'content':'It ','annotations':[{'url':'a'}]}}]}",
            "{'choices':[{'index':0,'delta':{'content':'shines.','annotations':[{'url':'b'}]},"
                + "'finish_reason':'stop'}],'citations':['c']}");
    Collected got = Collected.fromBody(xai, streamed + "data: [DONE]\n\n", true);
    assertThat(got.failure).isNull();
    assertThat(got.text).hasToString("It shines.");
    Bodies.assertJson(
        Fixtures.JSON.readTree(got.completion.verbatim().orElseThrow().data()),
        "[{'annotations':[{'url':'a'},{'url':'b'}],'citations':['c']}]");
    String plain =
        "{'choices':[{'index':0,'message':{'content':'Hi','annotations':[]},"
            + "'finish_reason':'stop'}]}";
    assertThat(Collected.fromBody(xai, quoted(plain), false).completion.verbatim()).isEmpty();
  }

  private static final Protocol NOVA = bedrock("amazon.nova-2-lite-v1:0");
  private static final String CITATION =
      "{'title':'Sun','location':{'web':{'url':'https://example.org','domain':'example.org'}}}";
  private static final String AWS_USE =
      "{'toolUse':{'toolUseId':'t1','name':'nova_grounding','type':'server_tool_use',"
          + "'input':{'q':'sun'}}}";
  private static final String AWS_FOUND =
      "{'toolResult':{'toolUseId':'t1','type':'nova_grounding_result','status':'success',"
          + "'content':[{'text':'a page'},{'json':{'n':1}}]}}";
  private static final String AWS_CITED =
      "{'citationsContent':{'content':[{'text':'It shines.'}],'citations':[" + CITATION + "]}}";
  private static final String AWS_THOUGHT =
      "{'reasoningContent':{'reasoningText':{'text':'Hm.','signature':'s'}}}";
  private static final String OF_AWS =
      "[" + String.join(",", AWS_THOUGHT, AWS_USE, AWS_FOUND, AWS_CITED) + "]";

  private static Protocol bedrock(String model) {
    return new BedrockProtocol(BedrockModel.of(model), false, InstantSource.system());
  }

  private static Collected converse(String content) {
    return Collected.fromBody(
        NOVA,
        quoted(
            "{'output':{'message':{'role':'assistant','content':"
                + content
                + "}},'stopReason':'end_turn'}"),
        false);
  }

  private static byte[] start(int block, String start) {
    return Frames.event(
        "contentBlockStart", "{'contentBlockIndex':" + block + ",'start':" + start + "}");
  }

  private static byte[] delta(int block, String delta) {
    return Frames.event(
        "contentBlockDelta", "{'contentBlockIndex':" + block + ",'delta':" + delta + "}");
  }

  private static byte[] end(int block) {
    return Frames.event("contentBlockStop", "{'contentBlockIndex':" + block + "}");
  }

  private static byte[] converseStream() {
    return Frames.join(
        delta(0, "{'reasoningContent':{'text':'Hm.'}}"),
        delta(0, "{'reasoningContent':{'signature':'s'}}"),
        end(0),
        start(1, "{'toolUse':{'toolUseId':'t1','name':'nova_grounding','type':'server_tool_use'}}"),
        delta(1, "{'toolUse':{'input':'{\\'q\\':'}}"),
        delta(1, "{'toolUse':{'input':'\\'sun\\'}'}}"),
        end(1),
        start(
            2,
            "{'toolResult':{'toolUseId':'t1','type':'nova_grounding_result','status':'success'}}"),
        delta(2, "{'toolResult':[{'text':'a page'}]}"),
        delta(2, "{'toolResult':[{'json':{'n':1}}]}"),
        end(2),
        delta(3, "{'text':'It '}"),
        delta(3, "{'citation':" + CITATION + "}"),
        delta(3, "{'text':'shines.'}"),
        end(3),
        Frames.stop("end_turn"));
  }

  @Test
  void aToolThatAwsRunsIsNoCallAndWhatItFoundAndIsCitedIsKept() throws IOException {
    for (Collected got :
        List.of(converse(OF_AWS), Collected.fromBody(NOVA, converseStream(), true))) {
      assertThat(got.failure).isNull();
      assertThat(got.calls).isEmpty();
      assertThat(got.text).hasToString("It shines.");
      VendorData verbatim = got.completion.verbatim().orElseThrow();
      assertThat(verbatim.vendor()).isEqualTo("bedrock");
      Bodies.assertJson(Fixtures.JSON.readTree(verbatim.data()), ofMaker("amazon"));
    }
  }

  /** With whose model it was, which decides who gets it back. */
  private static String ofMaker(String maker) {
    return OF_AWS.substring(0, OF_AWS.length() - 1) + ",{'maker':'" + maker + "'}]";
  }

  @Test
  void citationsMayStandBesideTheWords() throws IOException {
    String beside = "[{'text':'It shines.'},{'citationsContent':{'citations':[" + CITATION + "]}}]";
    byte[] streamed =
        Frames.join(
            delta(0, "{'text':'It shines.'}"),
            end(0),
            delta(1, "{'citation':" + CITATION + "}"),
            end(1),
            Frames.stop("end_turn"));
    for (Collected got : List.of(converse(beside), Collected.fromBody(NOVA, streamed, true))) {
      assertThat(got.text).hasToString("It shines.");
      Bodies.assertJson(
          Fixtures.JSON.readTree(got.completion.verbatim().orElseThrow().data()),
          beside.substring(0, beside.length() - 1) + ",{'maker':'amazon'}]");
    }
  }

  @Test
  void whatOthersCanBeToldOfAConverseAnswerIsNotKeptTwice() {
    String plain = "[" + AWS_THOUGHT + ",{'text':'b'}]";
    String uncited = "[{'citationsContent':{'content':[{'text':'b'}],'citations':[]}}]";
    String called = "[" + AWS_USE + ",{'toolUse':{'toolUseId':'t2','name':'f','input':{}}}]";
    String huge = "[" + AWS_USE + ",{'text':'" + "x".repeat(5 << 20) + "'}]";
    for (String content : List.of(plain, uncited, called, huge)) {
      Collected got = converse(content);
      assertThat(got.failure).isNull();
      assertThat(got.completion.verbatim()).isEmpty();
    }
  }

  @Test
  void modelsOfTheSameMakerGetTheBlocksBackAndOthersTheWords() throws IOException {
    ChatRequest request = after("bedrock", ofMaker("amazon")).build();
    Protocol claude = bedrock("anthropic.claude-opus-4-6-v1");
    JsonNode own = Bodies.write(NOVA, request, true);
    Bodies.assertJson(own.at("/messages/1/content"), OF_AWS);
    assertThat(own.at("/toolConfig/tools/0/toolSpec/name").asText()).isEqualTo("no_tool");
    assertThat(NOVA.leavesOut(request)).isEmpty();
    Bodies.assertJson(
        Bodies.write(claude, request, true).at("/messages/1/content"), "[{'text':'It shines.'}]");
    assertThat(claude.leavesOut(request))
        .containsExactly("what tools of another vendor did, and citations");
    for (String broken : List.of("[broken", "{}", "[]", "[{'maker':'amazon'}]")) {
      Bodies.assertJson(
          Bodies.write(NOVA, after("bedrock", broken).build(), true).at("/messages/1/content"),
          "[{'text':'It shines.'}]");
    }
  }

  @Test
  void toolsOfAwsThatTheNextRequestAsksForTakeThePlaceOfThePlaceholder() throws IOException {
    Map<String, Object> grounding =
        Map.of("tools", List.of(Map.of("systemTool", Map.of("name", "nova_grounding"))));
    ChatRequest request =
        after("bedrock", ofMaker("amazon"))
            .vendorOption("bedrock", "toolConfig", grounding)
            .build();
    Bodies.assertJson(
        Bodies.write(NOVA, request, true).get("toolConfig"),
        "{'tools':[{'systemTool':{'name':'nova_grounding'}}]}");
  }
}
