package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.EventStreamReader;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the events of a Converse stream straight into a {@link BedrockAnswer}. */
final class BedrockEvents {
  private final BedrockAnswer answer;
  private long index;
  private @Nullable BedrockBlock block;
  private String stopReason = "";

  BedrockEvents(BedrockAnswer answer) {
    this.answer = answer;
  }

  /** Reads the payload of the current frame, an event of this name. */
  void read(String name, EventStreamReader frame) throws IOException {
    switch (name) {
      case "contentBlockStart", "contentBlockDelta" -> {
        parse(frame);
        checkOpen();
        if (block != null) {
          block.addTo(answer, index);
        }
      }
      case "contentBlockStop" -> {
        checkOpen();
        answer.endBlock();
      }
      case "messageStop" -> {
        parse(frame);
        checkOpen();
        answer.stop(stopReason);
      }
      case "metadata" -> parse(frame);
      default -> {
        // messageStart says nothing new; others are unknown
      }
    }
  }

  private void checkOpen() throws MalformedAnswer {
    if (answer.isComplete()) {
      throw new MalformedAnswer("the answer goes on after its end");
    }
  }

  /** The fields of all events have names of their own, and may come in any order. */
  private void parse(EventStreamReader frame) throws IOException {
    index = 0;
    block = null;
    int length = frame.payloadTo() - frame.payloadFrom();
    try (JsonParser parser =
        Json.FACTORY.createParser(frame.buffer(), frame.payloadFrom(), length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedAnswer("an event is not a JSON object");
      }
      for (Fields fields = Fields.of(parser); fields.next(); ) {
        field(fields.name(), parser);
      }
    }
  }

  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "contentBlockIndex" -> index = Json.count(parser);
      case "start", "delta" -> block = BedrockBlock.read(parser);
      case "stopReason" -> stopReason = Objects.requireNonNullElse(Json.string(parser), "");
      case "usage" -> answer.usage(BedrockUsage.read(parser));
      case "serviceTier" -> Fields.one(parser, "type", type -> answer.serviceTier(Json.word(type)));
    }
  }
}
