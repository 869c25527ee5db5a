package io.github.resilientllm.test.vendor;

import java.util.ArrayList;
import java.util.List;

/** A response of OpenAI's with a thought, words and two calls, whole and in all its events. */
final class FullResponse {
  private static final String THOUGHT =
      "{'id':'rs_1','type':'reasoning','summary':[],'encrypted_content':'gAAA=','status':'completed'}";
  private static final String MESSAGE =
      "{'id':'msg_1','type':'message','role':'assistant','status':'completed','content':"
          + "[{'type':'output_text','text':'Let me see.','annotations':[],'logprobs':[]}]}";

  private FullResponse() {}

  static String completed() {
    return json(completedResponse());
  }

  /** A stream with all that the vendor sends, numbered from 0. */
  static List<String> events() {
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
    for (String piece : List.of("Let ", "me ", "se", "e", ".")) {
      add(all, "output_text.delta", place + "'delta':'" + piece + "','logprobs':[]");
    }
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
    add(all, "completed", "'response':" + completedResponse());
    return all;
  }

  private static void add(List<String> to, String type, String fields) {
    to.add(
        json(
            "event: response.%s\ndata: {'type':'response.%s','sequence_number':%d,%s}\n\n"
                .formatted(type, type, to.size(), fields)));
  }

  private static String call(int number) {
    return "{'id':'fc_%d','type':'function_call','call_id':'call_%d','name':'f','arguments':'{}','status':'completed'}"
        .formatted(number, number);
  }

  private static String completedResponse() {
    return response(
        "completed",
        String.join(",", THOUGHT, MESSAGE, call(1), call(2)),
        "{'input_tokens':11,'input_tokens_details':{'cached_tokens':0},'output_tokens':9,"
            + "'output_tokens_details':{'reasoning_tokens':5},'total_tokens':20}");
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

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
