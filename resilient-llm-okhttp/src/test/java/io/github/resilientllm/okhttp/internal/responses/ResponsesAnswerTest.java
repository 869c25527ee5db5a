package io.github.resilientllm.okhttp.internal.responses;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Dialects;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.stream.ToolSlots;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A response is read from its events, from its whole, and from whatever servers leave out. */
public class ResponsesAnswerTest {
  private static final Protocol PROTOCOL = protocol("gpt-5.6");

  private static final String CREATED =
      "{'type':'response.created','sequence_number':0,'response':{'id':'resp_1','object':'response',"
          + "'status':'in_progress','error':null,'incomplete_details':null,'instructions':'secret',"
          + "'model':'gpt-5.6-2026-07-01','output':[],'text':{'format':{'type':'text'}},'tools':[],"
          + "'usage':null}}";
  private static final String USAGE =
      "'usage':{'input_tokens':11,'input_tokens_details':{'cached_tokens':4},'output_tokens':9,"
          + "'output_tokens_details':{'reasoning_tokens':5},'total_tokens':20}";
  private static final String MESSAGE = added(0, "{'id':'msg_1','type':'message','content':[]}");

  public static Protocol protocol(String model) {
    return new ResponsesProtocol(
        Dialects.traits(Dialect.OPENAI), NamedModel.of(model), false, InstantSource.system());
  }

  /** An event as it comes, with its type in its name as well. */
  public static String event(String json) {
    String type = json.replaceFirst("(?s).*?'type':\\s*'([\\w.]+)'.*", "$1");
    return "event: " + type + "\ndata: " + json.replace('\'', '"') + "\n\n";
  }

  private static String added(int index, String item) {
    return "{'type':'response.output_item.added','output_index':" + index + ",'item':" + item + "}";
  }

  private static String done(int index, String item) {
    return "{'type':'response.output_item.done','output_index':" + index + ",'item':" + item + "}";
  }

  private static String piece(String of, int index, String field, String text) {
    return "{'type':'response."
        + of
        + "','item_id':'x','output_index':"
        + index
        + ",'content_index':0,'"
        + field
        + "':'"
        + text
        + "','logprobs':[],'obfuscation':'abc'}";
  }

  private static String text(String text) {
    return piece("output_text.delta", 0, "delta", text);
  }

  private static String end(String status, String output, String more) {
    return "{'type':'response."
        + status
        + "','response':{'id':'resp_1','status':'"
        + status
        + "','model':'gpt-5.6-2026-07-01','output':["
        + output
        + "],"
        + more
        + USAGE
        + "}}";
  }

  private static final String COMPLETED = end("completed", "", "");

  private static Collected read(String... events) {
    String body = Stream.of(events).map(ResponsesAnswerTest::event).reduce("", String::concat);
    return Collected.fromBody(PROTOCOL, body, true);
  }

  private static Collected whole(String json) {
    return Collected.fromBody(PROTOCOL, json.replace('\'', '"'), false);
  }

  @Test
  void aStreamCutAtEveryByteGivesTheExactTextAndIsWholeOnlyAtItsEnd() {
    List<String> events =
        List.of(
            CREATED,
            "{'type':'response.in_progress','response':{'id':'resp_1','output':[]}}",
            MESSAGE,
            "{'type':'response.content_part.added','output_index':0,'content_index':0,"
                + "'part':{'type':'output_text','text':''}}",
            text("Grüße "),
            text("aus 😀"),
            text(" \\u00fc"),
            piece("output_text.done", 0, "text", "Grüße aus 😀 ü"),
            done(
                0, "{'type':'message','content':[{'type':'output_text','text':'Grüße aus 😀 ü'}]}"),
            COMPLETED);
    String[] texts = {"", "", "", "", "Grüße ", "aus 😀", " ü", "", "", ""};
    byte[] all =
        events.stream()
            .map(ResponsesAnswerTest::event)
            .reduce("", String::concat)
            .getBytes(StandardCharsets.UTF_8);
    for (int length = 1; length <= all.length; length++) {
      Collected got = Collected.fromBody(PROTOCOL, Arrays.copyOf(all, length), true);
      int complete = completeEvents(events, length);
      String text = String.join("", Arrays.copyOf(texts, complete));
      assertThat(got.text.toString()).as("cut at %d", length).isEqualTo(text);
      assertThat(got.failure == null).as("cut at %d", length).isEqualTo(complete == 10);
      if (complete > 0 && complete < 10) {
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.STREAM_TRUNCATED);
      }
    }
  }

  /** An event counts from the last byte of its JSON on; the line ends may be missing. */
  private static int completeEvents(List<String> events, int length) {
    int end = 0;
    for (int i = 0; i < events.size(); i++) {
      end += event(events.get(i)).getBytes(StandardCharsets.UTF_8).length;
      if (length < end - 2) {
        return i;
      }
    }
    return events.size();
  }

  @Test
  void usageIdAndModelAreTheLastEvents() {
    Collected got = read(CREATED, MESSAGE, text("a"), COMPLETED);
    assertThat(got.completion.usage())
        .isEqualTo(Usage.of(11, 9).withTotal(20).withCachedInput(4).withReasoning(5));
    assertThat(got.completion.id()).isEqualTo("resp_1");
    assertThat(got.completion.model()).isEqualTo("gpt-5.6-2026-07-01");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(got.completion.vendorFinishReason()).isEqualTo("completed");
  }

  @ParameterizedTest
  @CsvSource({
    "max_output_tokens, LENGTH",
    "content_filter, CONTENT_FILTER",
    "something_new, OTHER"
  })
  void anIncompleteResponseSaysWhy(String word, FinishReason reason) {
    String details = "'incomplete_details':{'reason':'" + word + "'},";
    Collected streamed = read(CREATED, MESSAGE, text("a"), end("incomplete", "", details));
    assertThat(streamed.completion.finishReason()).isEqualTo(reason);
    assertThat(streamed.completion.vendorFinishReason()).isEqualTo(word);
    assertThat(streamed.text.toString()).isEqualTo("a");
    Collected called = // as vLLM calls the end of each response
        read(
            CREATED,
            text("a"),
            end("incomplete", "", details).replace("response.incomplete", "response.completed"));
    assertThat(called.completion.finishReason()).isEqualTo(reason);
    Collected whole = whole("{'output':[],'status':'incomplete'," + details + USAGE + "}");
    assertThat(whole.completion.finishReason()).isEqualTo(reason);
  }

  @Test
  void callsComeInPiecesSideBySideAndAreWantedBackByTheirOwnIds() {
    Collected got =
        read(
            CREATED,
            added(0, "{'type':'function_call','id':'fc_1','call_id':'call_1','name':'f'}"),
            piece("function_call_arguments.delta", 0, "delta", "{\\\"a\\\":"),
            added(1, "{'type':'function_call','id':'fc_2','call_id':'call_2','name':'g'}"),
            piece("function_call_arguments.delta", 0, "delta", "1}"),
            piece("function_call_arguments.done", 0, "arguments", "{\\\"a\\\":1}"),
            piece("function_call_arguments.done", 1, "arguments", "{}"),
            done(0, "{'type':'function_call','call_id':'call_1','name':'f','arguments':'{}'}"),
            done(1, "{'type':'function_call','call_id':'call_2','name':'g','arguments':'{}'}"),
            COMPLETED);
    assertThat(got.calls.values())
        .extracting(c -> c.id + " " + c.name + " " + c.arguments)
        .containsExactly("call_1 f {\"a\":1}", "call_2 g {}");
    assertThat(got.completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  /** Servers that imitate the protocol leave out pieces, beginnings, or all but the last event. */
  @Test
  void whatIsSaidOnlyOnceIsHeardAndWhatIsSaidFourTimesIsHeardOnce() {
    String message = "{'type':'message','content':[{'type':'output_text','text':'Hello'}]}";
    String call =
        "{'type':'function_call','call_id':'c','name':'f','arguments':'{\\\"a\\\":1}','id':'fc'}";
    String both = message + "," + call;
    List<Collected> all =
        List.of(
            read(CREATED, end("completed", both, "")),
            read(CREATED, done(0, message), done(1, call), end("completed", both, "")),
            read(piece("output_text.done", 0, "text", "Hello"), end("completed", both, "")),
            read(
                MESSAGE,
                text("Hel"),
                text("lo"),
                piece("output_text.done", 0, "text", "Hello"),
                done(0, message),
                added(1, call),
                done(1, call),
                end("completed", both, "")),
            whole("{'status':'completed','output':[" + both + "]}"),
            whole("{'output':[" + both + "]}"));
    for (Collected got : all) {
      assertThat(got.failure).isNull();
      assertThat(got.text.toString()).isEqualTo("Hello");
      assertThat(got.calls.values())
          .extracting(c -> c.id + " " + c.name + " " + c.arguments)
          .containsExactly("c f {\"a\":1}");
    }
  }

  @Test
  void thoughtsEndWithWhatTheVendorWantsBackAndNotWithTheirIds() {
    String item =
        "{'id':'rs_1','type':'reasoning','status':null,'content':null,"
            + "'summary':[{'type':'summary_text','text':'One.'},"
            + "{'type':'summary_text','text':'Two.'}],'encrypted_content':'gAAA='}";
    Collected streamed =
        read(
            CREATED,
            added(0, "{'id':'rs_1','type':'reasoning','summary':[]}"),
            summary(0, "On"),
            summary(0, "e."),
            summary(1, "Two."),
            done(0, item),
            added(1, "{'type':'message','content':[]}"),
            piece("output_text.delta", 1, "delta", "a"),
            COMPLETED);
    String kept =
        "{'type':'reasoning','summary':[{'type':'summary_text','text':'One.'},"
            + "{'type':'summary_text','text':'Two.'}],'encrypted_content':'gAAA='}";
    assertThat(streamed.reasoning.toString()).isEqualTo("One.\n\nTwo.");
    assertThat(streamed.vendorData())
        .containsExactly(new VendorData("openai", kept.replace('\'', '"')));
    assertThat(streamed.deltas.get(streamed.deltas.size() - 1))
        .isEqualTo(new ChatEvent.TextDelta("a"));
    Collected whole = whole("{'status':'completed','output':[" + item + "]}");
    assertThat(whole.reasoning.toString()).isEqualTo("One.\n\nTwo.");
    assertThat(whole.vendorData()).isEqualTo(streamed.vendorData());
  }

  private static String summary(int part, String text) {
    return "{'type':'response.reasoning_summary_text.delta','output_index':0,'summary_index':"
        + part
        + ",'delta':'"
        + text
        + "'}";
  }

  @Test
  void aThoughtThatIsOnlyAnIdIsNotWantedBack() {
    Collected got =
        read(CREATED, done(0, "{'id':'rs_1','type':'reasoning','summary':[]}"), COMPLETED);
    assertThat(got.deltas).isEmpty();
    assertThat(got.failure).isNull();
  }

  @Test
  void openModelsShowTheirThoughts() {
    Collected got =
        read(
            CREATED,
            piece("reasoning_text.delta", 0, "delta", "hm"),
            done(
                0,
                "{'type':'reasoning','summary':[],"
                    + "'content':[{'type':'reasoning_text','text':'hm'}]}"),
            COMPLETED);
    assertThat(got.reasoning.toString()).isEqualTo("hm");
    assertThat(got.vendorData()).hasSize(1);
  }

  @Test
  void whatTheModelSaysOnTheWayIsKnownAsSuch() {
    Collected got =
        read(
            CREATED,
            text("Let me see."),
            done(
                0,
                "{'type':'message','phase':'commentary','content':"
                    + "[{'type':'output_text','text':'Let me see.'}]}"),
            COMPLETED);
    assertThat(got.vendorData())
        .containsExactly(
            new VendorData("openai", "{\"type\":\"message\",\"phase\":\"commentary\"}"));
  }

  @Test
  void whatTheVendorDoesItselfIsPassedOver() {
    Collected got =
        read(
            CREATED,
            "{'type':'response.queued','response':{'status':'queued'}}",
            added(0, "{'type':'file_search_call','id':'fs_1'}"),
            "{'type':'response.file_search_call.searching','output_index':0,'item_id':'fs_1'}",
            done(0, "{'type':'file_search_call','id':'fs_1','results':[{'text':'x'}]}"),
            "{'type':'response.code_interpreter_call_code.done','output_index':1,'code':'1+1'}",
            "{'type':'response.mcp_call_arguments.delta','output_index':2,'delta':'{}'}",
            "{'type':'response.image_generation_call.partial_image','partial_image_b64':'AAAA'}",
            "{'type':'response.output_text.annotation.added','annotation':{'type':'url_citation'}}",
            "{'type':'keepalive','sequence_number':7}",
            "{'type':'response.hologram','item':7,'output_index':-4,'response':[],'delta':{}}",
            piece("output_text.delta", 3, "delta", "a"),
            COMPLETED);
    assertThat(got.failure).isNull();
    assertThat(got.text.toString()).isEqualTo("a");
    assertThat(got.calls).isEmpty();
  }

  @Test
  void aRefusalIsNoAnswer() {
    Collected got =
        read(
            CREATED,
            piece("refusal.delta", 0, "delta", "Not "),
            piece("refusal.delta", 0, "delta", "this."),
            piece("refusal.done", 0, "refusal", "Not this."),
            COMPLETED);
    assertThat(got.completion.refusal()).contains("Not this.");
    assertThat(got.text.toString()).isEmpty();
    assertThat(
            whole(
                    "{'output':[{'type':'message','content':"
                        + "[{'type':'refusal','refusal':'Not this.'}]}]}")
                .completion
                .refusal())
        .contains("Not this.");
  }

  @ParameterizedTest
  @CsvSource({
    "server_error, SERVER_ERROR",
    "rate_limit_exceeded, RATE_LIMITED",
    "insufficient_quota, QUOTA_EXHAUSTED",
    "context_length_exceeded, CONTEXT_TOO_LONG",
    "invalid_prompt, CONTENT_FILTERED",
    "bio_policy, CONTENT_FILTERED",
    "image_content_policy_violation, CONTENT_FILTERED",
    "image_file_too_large, REQUEST_TOO_LARGE",
    "invalid_image_url, NOT_FOR_THIS_TARGET",
    "invalid_base64_image, INVALID_REQUEST",
    "data_residency_mismatch, NOT_FOR_THIS_TARGET",
    "server_is_overloaded, OVERLOADED",
    "news, SERVER_ERROR"
  })
  void anErrorAtAnyEventIsAFailureInTheVendorsUsualWords(String code, ErrorKind kind) {
    String words = "'code':'" + code + "','message':'secret'";
    String failed =
        "{'type':'response.failed','response':{'id':'resp_1','status':'failed','output':[],"
            + "'error':{"
            + words
            + "}}}";
    String flat = "{'type':'error'," + words + ",'param':null,'sequence_number':3}";
    String nested = "{'type':'error','sequence_number':3,'error':{'type':'x'," + words + "}}";
    String bare = "{'error':{" + words + "}}";
    for (String error : List.of(failed, flat, nested, bare)) {
      for (Collected got : List.of(read(error), read(CREATED, MESSAGE, text("a"), error))) {
        assertThat(got.failure.kind()).as(error).isEqualTo(kind);
        assertThat(got.failure.getMessage()).doesNotContain("secret");
      }
    }
    Collected whole = whole("{'status':'failed','output':[],'error':{" + words + "}}");
    assertThat(whole.failure.kind()).isEqualTo(kind);
  }

  @Test
  void aFailureOfWhichNothingIsSaidIsOne() {
    for (Collected got :
        List.of(
            read(CREATED, "{'type':'response.failed','response':{'status':'failed'}}"),
            read(CREATED, "{'type':'response.completed','response':{'status':'failed'}}"),
            read(CREATED, "{'type':'response.cancelled','response':{'status':'cancelled'}}"),
            read("{'type':'error'}"),
            Collected.fromBody(PROTOCOL, "event: error\ndata: {}\n\n", true),
            whole("{'status':'failed','output':[],'error':null}"),
            whole("{'status':'cancelled','output':[]}"))) {
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
    }
  }

  @Test
  void aSecondResponseInTheMiddleOfTheFirstIsNone() {
    String other = CREATED.replace("resp_1", "resp_2");
    assertThat(read(CREATED, other, text("a"), "{'type':'response.completed','response':{}}").text)
        .hasToString("a");
    Collected spliced = read(CREATED, text("a"), other, text("b"), COMPLETED);
    assertThat(spliced.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    assertThat(spliced.text.toString()).isEqualTo("a");
  }

  @Test
  void nothingAfterTheEndIsReadAndAStreamMayComeWhole() {
    assertThat(read(CREATED, text("a"), COMPLETED, "garbage").text.toString()).isEqualTo("a");
    String whole =
        "\n{\"output\":[{\"type\":\"message\",\"content\":"
            + "[{\"type\":\"output_text\",\"text\":\"a\"}]}]}";
    assertThat(Collected.fromBody(PROTOCOL, whole, true).text.toString()).isEqualTo("a");
    String done = event(CREATED) + event(text("a")) + "data: [DONE]\n\n";
    assertThat(Collected.fromBody(PROTOCOL, done, true).failure.kind())
        .isEqualTo(ErrorKind.STREAM_TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{'output':'text'}",
        "{'output':[1]}",
        "{'choices':[]}",
        "{'status':'queued','output':[]}",
        "{'a'"
      })
  void whatIsNoResponseIsMalformed(String body) {
    assertThat(whole(body).failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
  }

  @Test
  void whatHasNoEndIsCutOff() {
    StringBuilder calls = new StringBuilder();
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i <= ToolSlots.MAX_CALLS; i++) {
      calls.append(event(added(i, "{'type':'function_call','call_id':'c" + i + "','name':'f'}")));
    }
    for (int i = 0; i <= 10_000; i++) {
      parts.append(event(piece("output_text.delta", i, "delta", "a")));
    }
    String items = "{},".repeat(1_001).replaceFirst(",$", "");
    for (String hostile :
        List.of(
            calls.toString(),
            parts.toString(),
            event(end("completed", items, "")),
            "data: {\"type\":\"ping\",\"x\":" + "[".repeat(2_000) + "\n\n",
            "data: \"\ndata: {}\n\n",
            event(text("a") + "}{") + event(COMPLETED))) {
      Collected got = Collected.fromBody(PROTOCOL, event(CREATED) + hostile, true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
      assertThat(got.failure.getMessage()).hasSizeLessThan(200);
    }
  }
}
