package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Objects;

/** A Converse answer that arrives as one JSON object. */
final class BedrockWhole implements WholeAnswer.Reader {
  private final BedrockProtocol protocol;
  private final ResponseHead head;
  private final BedrockAnswer answer;
  private final ErrorBody error = new ErrorBody(); // such as a proxy hands on with HTTP 200
  private String stopReason = "";
  private boolean hasMessage;

  BedrockWhole(BedrockProtocol protocol, ResponseHead head, BedrockAnswer answer) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
  }

  @Override
  public void read(JsonParser parser) throws IOException, ProviderException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedAnswer("the answer is not a JSON object");
    }
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      field(fields.name(), parser);
    }
    if (!hasMessage && error.isTelling()) {
      throw protocol.failureInside(head, error);
    }
    if (!hasMessage) { // so says an AWS server that does not know the path, with HTTP 200
      throw new MalformedAnswer(
          "the answer has no output.message; does the base URL belong to Bedrock's runtime?");
    }
    answer.stop(stopReason);
    protocol.checkStop(head, answer);
  }

  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "output" -> Fields.one(parser, "message", this::message);
      case "stopReason" -> stopReason = Objects.requireNonNullElse(Json.string(parser), "");
      case "usage" -> answer.usage(BedrockUsage.read(parser));
      case "__type", "message", "Message", "error" -> error.field(name, parser, 0);
      case "serviceTier" -> Fields.one(parser, "type", type -> answer.serviceTier(Json.word(type)));
    }
  }

  private void message(JsonParser parser) throws IOException {
    hasMessage = parser.currentToken() == JsonToken.START_OBJECT;
    Fields.one(parser, "content", this::content);
  }

  private void content(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedAnswer("the content is not an array");
    }
    int index = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      BedrockBlock.read(parser).addTo(answer, index++);
      answer.endBlock();
    }
  }
}
