package io.github.resilientllm.okhttp.internal.stream;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An answer that arrives as one JSON object, whose end is the end of the answer. */
public final class WholeAnswer implements AnswerReader {

  /** How a vendor's object becomes its answer. */
  public interface Reader {

    /** Reads all of it, from the parser's next token on, and throws if it is no answer. */
    void read(JsonParser parser) throws IOException, ProviderException;
  }

  private final ResponseHead head;
  private final BodyBytes body;
  private final Reader reader;
  private final Draft answer;
  private boolean isRead;

  /**
   * Reads nothing yet.
   *
   * @param reader reads the body into the answer
   */
  public WholeAnswer(ResponseHead head, BodyBytes body, Reader reader, Draft answer) {
    this.head = head;
    this.body = body;
    this.reader = reader;
    this.answer = answer;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    if (!isRead) {
      try (JsonParser parser = Json.FACTORY.createParser(body)) {
        reader.read(parser);
      }
      isRead = true;
    }
    return answer.pieces().poll();
  }

  @Override
  public Completion completion() {
    return answer.completion(head);
  }
}
