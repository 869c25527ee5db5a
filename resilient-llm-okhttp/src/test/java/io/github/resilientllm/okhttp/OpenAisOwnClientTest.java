package io.github.resilientllm.okhttp;

import static io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.responses.ResponsesAnswerTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * OpenAI's own client for Node reads of a stream, a response and a stream that goes on what ours
 * reads of them, so that what our tests play is what the vendor sends. Runs with {@code
 * -Dpeers=true}, for it gets that client from the npm registry.
 */
class OpenAisOwnClientTest {
  private static final String CLIENT = "openai@7.59.0";
  private static final Path SCRIPT = Path.of("src/test/resources/peers/responses.mjs");
  private static final Path HERE = Path.of("target/peers").toAbsolutePath();

  private static final String THOUGHT =
      "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':'gAAA=','status':'completed'}";
  private static final String MESSAGE =
      "{'id':'msg_1','type':'message','role':'assistant','status':'completed','content':"
          + "[{'type':'output_text','text':'Let me see.','annotations':[],'logprobs':[]}]}";

  private static String call(int number) {
    return "{'id':'fc_%d','type':'function_call','call_id':'call_%d','name':'f','arguments':'{}','status':'completed'}"
        .formatted(number, number);
  }

  private static String response(String status, String output, String usage) {
    return "{'id':'resp_1','object':'response','created_at':1764500000,'status':'"
        + status
        + "','error':null,'incomplete_details':null,'instructions':null,'metadata':{},"
        + "'model':'gpt-5.6','parallel_tool_calls':true,'tool_choice':'auto','tools':[],"
        + "'temperature':1.0,'top_p':1.0,'text':{'format':{'type':'text'}},'output':["
        + output
        + "],'usage':"
        + usage
        + "}";
  }

  private static String completed() {
    return response(
        "completed",
        String.join(",", THOUGHT, MESSAGE, call(1), call(2)),
        "{'input_tokens':11,'input_tokens_details':{'cached_tokens':0},'output_tokens':9,"
            + "'output_tokens_details':{'reasoning_tokens':5},'total_tokens':20}");
  }

  /** A stream with all that the vendor sends, numbered. */
  private static List<String> events() {
    List<String> all = new ArrayList<>();
    add(all, "created", "'response':" + response("in_progress", "", "null"));
    add(all, "in_progress", "'response':" + response("in_progress", "", "null"));
    add(
        all,
        "output_item.added",
        "'output_index':0,'item':{'id':'rs_1','type':'reasoning','summary':[]}");
    add(all, "output_item.done", "'output_index':0,'item':" + THOUGHT);
    add(
        all,
        "output_item.added",
        "'output_index':1,'item':{'id':'msg_1','type':'message','role':'assistant',"
            + "'status':'in_progress','content':[]}");
    String place = "'item_id':'msg_1','output_index':1,'content_index':0,";
    add(
        all,
        "content_part.added",
        place + "'part':{'type':'output_text','text':'','annotations':[]}");
    add(all, "output_text.delta", place + "'delta':'Let ','logprobs':[]");
    add(all, "output_text.delta", place + "'delta':'me ','logprobs':[]");
    add(all, "output_text.delta", place + "'delta':'se','logprobs':[]");
    add(all, "output_text.delta", place + "'delta':'e','logprobs':[]");
    add(all, "output_text.delta", place + "'delta':'.','logprobs':[]");
    add(all, "output_text.done", place + "'text':'Let me see.','logprobs':[]");
    add(
        all,
        "content_part.done",
        place + "'part':{'type':'output_text','text':'Let me see.','annotations':[]}");
    add(all, "output_item.done", "'output_index':1,'item':" + MESSAGE);
    for (int i = 1; i <= 2; i++) {
      String at = "'item_id':'fc_" + i + "','output_index':" + (i + 1) + ",";
      add(all, "output_item.added", at + "'item':" + call(i).replace("'{}'", "''"));
      add(all, "function_call_arguments.delta", at + "'delta':'{}'");
      add(all, "function_call_arguments.done", at + "'name':'f','arguments':'{}'");
      add(all, "output_item.done", at + "'item':" + call(i));
    }
    add(all, "completed", "'response':" + completed());
    return all;
  }

  private static void add(List<String> to, String type, String fields) {
    to.add(
        event(
            "{'type':'response." + type + "','sequence_number':" + to.size() + "," + fields + "}"));
  }

  @Test
  void readsTheSame() throws Exception {
    assumeTrue(Boolean.getBoolean("peers"), "runs with -Dpeers=true");
    install();
    List<String> events = events();
    try (FaultServer server =
        FaultServer.start(
            x -> x.stream().chunk(String.join("", events)).endChunks(),
            x -> x.stream().chunk(String.join("", events.subList(10, events.size()))).endChunks(),
            x ->
                x.respond(200, completed().replace('\'', '"'), "Content-Type: application/json"))) {
      JsonNode theirs = Fixtures.JSON.readTree(run("node", "responses.mjs", server.url()));
      Protocol protocol = ResponsesAnswerTest.protocol("gpt-5.6");
      Collected streamed = Collected.fromBody(protocol, String.join("", events), true);
      Collected whole = Collected.fromBody(protocol, completed().replace('\'', '"'), false);

      assertThat(theirs.get("text").asText()).isEqualTo(streamed.text.toString());
      assertThat(theirs.get("rest").asText()).isEqualTo(".");
      same(theirs.get("streamed"), streamed);
      same(theirs.get("whole"), whole);
      assertThat(server.requests().get(1))
          .startsWith("GET /v1/responses/resp_1?")
          .contains("stream=true")
          .contains("starting_after=9");
    }
  }

  private static void same(JsonNode theirs, Collected ours) {
    assertThat(ours.failure).isNull();
    assertThat(theirs.get("text").asText()).isEqualTo(ours.text.toString());
    List<String> calls = new ArrayList<>();
    theirs.get("calls").forEach(call -> calls.add(call.asText()));
    assertThat(calls)
        .hasSize(2)
        .isEqualTo(
            ours.calls.values().stream()
                .map(c -> c.id + " " + c.name + " " + c.arguments)
                .toList());
    assertThat(ours.vendorData())
        .singleElement()
        .satisfies(data -> assertThat(data.data()).contains(theirs.at("/sealed/0").asText()));
    assertThat(ours.completion.usage().outputTokens()).hasValue(theirs.get("tokens").asLong());
  }

  private static void install() throws Exception {
    Files.createDirectories(HERE);
    Files.writeString(HERE.resolve("responses.mjs"), Files.readString(SCRIPT));
    if (!Files.exists(HERE.resolve("node_modules/openai"))) {
      String said;
      try {
        said =
            run("npm", "install", CLIENT, "--no-audit", "--no-fund", "--prefix", HERE.toString());
      } catch (IOException e) {
        said = "there is no npm: " + e.getMessage();
      }
      assumeTrue(Files.exists(HERE.resolve("node_modules/openai")), said);
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Path out = HERE.resolve("out.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(HERE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
