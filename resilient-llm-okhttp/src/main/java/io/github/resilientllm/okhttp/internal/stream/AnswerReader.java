package io.github.resilientllm.okhttp.internal.stream;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The answer in one response body, read piece by piece. One thread at a time. */
public interface AnswerReader {

  /**
   * The next piece; null when the answer is complete.
   *
   * @throws ProviderException if the vendor says in the body that it failed, or the body ends early
   * @throws IOException if the connection breaks, or as {@code MalformedAnswer}
   */
  ChatEvent.@Nullable Delta next() throws IOException, ProviderException;

  /** What was said about the answer; only after {@link #next()} returned null. */
  Completion completion();
}
