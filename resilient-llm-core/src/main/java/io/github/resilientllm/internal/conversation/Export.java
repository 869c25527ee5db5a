package io.github.resilientllm.internal.conversation;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.Message;
import java.io.IOException;

/** A conversation as one JSON object for other programs and for those whose words it holds. */
final class Export {

  private Export() {}

  static String of(String conversation, Transcript transcript) {
    return BodyWriter.object(
        Redaction.NONE,
        body -> {
          body.json().writeStringField("conversation", conversation);
          body.json().writeStringField("state", transcript.state().name());
          body.optional("system", transcript.system());
          body.json().writeArrayFieldStart("turns");
          transcript.forEach(turn -> turn(body, turn));
          body.json().writeEndArray();
        });
  }

  private static void turn(BodyWriter body, Turn turn) throws IOException {
    JsonGenerator json = body.json();
    json.writeStartObject();
    body.optional("turn", turn.key());
    json.writeStringField("askedAt", turn.askedAt().toString());
    json.writeStringField("state", turn.state().name());
    json.writeBooleanField("whole", turn.isWhole());
    json.writeArrayFieldStart("messages");
    for (Message message : turn.messages()) {
      body.message(message);
    }
    json.writeEndArray();
    body.optional("partialText", turn.partialText());
    ChatResponse answer = turn.answer();
    if (answer != null) {
      body.optional("answeredBy", answer.answeredBy());
      body.attempts(answer.attempts());
    }
    json.writeEndObject();
  }
}
