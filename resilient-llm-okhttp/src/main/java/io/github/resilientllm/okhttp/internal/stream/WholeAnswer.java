package io.github.resilientllm.okhttp.internal.stream;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.Json;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that arrives as one JSON object, whose end is the end of the answer.
 *
 * @param <A> the vendor's answer
 */
public abstract class WholeAnswer<A extends Draft> implements AnswerReader {
  protected final ResponseHead head;
  protected final A answer;
  private final BodyBytes body;
  private boolean isRead;

  protected WholeAnswer(ResponseHead head, BodyBytes body, A answer) {
    this.head = head;
    this.body = body;
    this.answer = answer;
  }

  @Override
  public final ChatEvent.@Nullable Delta next() throws IOException, ProviderException {
    if (!isRead) {
      try (JsonParser parser = Json.FACTORY.createParser(body)) {
        read(parser);
      }
      isRead = true;
    }
    return answer.poll();
  }

  @Override
  public final Completion completion() {
    return answer.completion(head);
  }

  /** Reads all of it, from the parser's next token on, and throws if it is no answer. */
  protected abstract void read(JsonParser parser) throws IOException, ProviderException;
}
