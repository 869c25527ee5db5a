package io.github.resilientllm.okhttp.internal.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A Gemini answer that arrives as JSON: as one object, or, from a server that heeds no {@code
 * alt=sse}, as an array with an object for each event of the stream.
 */
final class GeminiWhole implements AnswerReader {
  private final Classifier classifier;
  private final ResponseHead head;
  private final BodyBytes body;
  private final JsonParser parser;
  private final GeminiAnswer answer = new GeminiAnswer();
  private final GeminiEvents objects = new GeminiEvents(answer);
  private boolean isOpen;
  private boolean isArray;
  private boolean ended;

  GeminiWhole(Classifier classifier, ResponseHead head, BodyBytes body) throws IOException {
    this.classifier = classifier;
    this.head = head;
    this.body = body;
    this.parser = Json.FACTORY.createParser(body);
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    while (answer.pieces().isEmpty()) {
      if (ended) {
        return null;
      }
      readObject();
    }
    return answer.pieces().poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }

  private void readObject() throws IOException, ProviderException {
    ErrorBody error;
    try {
      if (!advance()) {
        end();
        return;
      }
      error = objects.read(parser);
    } catch (JsonProcessingException e) {
      if (!isArray || !body.hasEnded()) {
        throw e;
      }
      throw truncated();
    }
    classifier.check(head, error);
    answer.checkFinish(head);
    if (!isArray) {
      end();
    }
  }

  /** Moves to the next object; false at the array's end. */
  private boolean advance() throws IOException {
    JsonToken token = parser.nextToken();
    if (!isOpen) {
      isOpen = true;
      isArray = token == JsonToken.START_ARRAY;
      token = isArray ? parser.nextToken() : token;
    }
    return token != JsonToken.END_ARRAY;
  }

  /** The end of an object is the end of the answer, so a missing finishReason is no cut there. */
  private void end() throws IOException, ProviderException {
    ended = true;
    parser.close(); // gives its buffers back
    if (!answer.hasStarted()) {
      throw new MalformedAnswer(
          "the answer has no candidates; does the base URL belong to a Gemini server?");
    }
    if (isArray && !answer.isComplete()) {
      throw truncated();
    }
    answer.checkContent(head);
  }

  private ProviderException truncated() {
    return head.failure(
            ErrorKind.STREAM_TRUNCATED, "the answer ended before the model gave a finishReason")
        .build();
  }
}
