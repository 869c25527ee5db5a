package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.LlmScope;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Keeps the question that was not answered in the outbox, before the last resort says so.
 *
 * @param handler takes the answer
 * @param names the method's parameters'
 */
record KeptQuestion(String handler, List<String> names, ObjectProvider<LlmOutbox> outbox) {
  /** The most characters of a note with work. */
  private static final int LONGEST = 4096;

  /** Whether the question may be answered when it is asked later. */
  static boolean mayBeAnsweredLater(Throwable failure) {
    return failure instanceof LlmException llm && mayBeAnsweredLater(llm.kind());
  }

  private static boolean mayBeAnsweredLater(ErrorKind kind) {
    return switch (kind) {
      case RATE_LIMITED,
          OVERLOADED,
          SERVER_ERROR,
          TIMEOUT,
          NETWORK,
          STREAM_TRUNCATED,
          STALLED,
          MALFORMED_RESPONSE,
          QUOTA_EXHAUSTED,
          UNAUTHORIZED,
          FORBIDDEN,
          MODEL_NOT_FOUND,
          DEADLINE_EXCEEDED,
          CIRCUIT_OPEN,
          LIMIT_EXCEEDED,
          CONVERSATION_BUSY,
          JOURNAL_FAILED ->
          true;
      case TOOL_GENERATION_FAILED,
          CONTEXT_TOO_LONG,
          REQUEST_TOO_LARGE,
          CONTENT_FILTERED,
          NOT_FOR_THIS_TARGET,
          INVALID_REQUEST,
          CANCELLED,
          NO_ELIGIBLE_TARGET ->
          false;
    };
  }

  /**
   * Keeps it; throws what says why it cannot be kept.
   *
   * @param scope in which it was asked
   */
  void keep(LlmScope scope, Object[] arguments, Throwable failure) {
    LlmScope.Unanswered question = scope.unanswered(failure);
    if (question == null) {
      throw new IllegalStateException(
          "There is no question to keep for \""
              + handler
              + "\": the failure is of no call that was made by an injected LlmClient");
    }
    OutboxItem unused = outbox.getObject().submit(work(question, arguments));
  }

  private Work work(LlmScope.Unanswered question, Object[] arguments) {
    String conversation = question.conversation();
    ChatRequest request = question.request();
    Work work = conversation == null ? Work.of(request) : Work.turn(conversation, said(request));
    work = work.handler(handler);
    for (int i = 0; i < arguments.length; i++) {
      String note = note(arguments[i]);
      if (!note.isEmpty() && note.length() <= LONGEST) {
        work = work.attribute(names.get(i), note);
      }
    }
    return work;
  }

  private static String said(ChatRequest request) {
    return request.messages().stream()
        .filter(message -> message.role() == Role.USER)
        .reduce((first, second) -> second)
        .map(Message::text)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Results of tools cannot be said in a conversation later; resume it"));
  }

  private static String note(@Nullable Object argument) {
    return argument != null && BeanUtils.isSimpleValueType(argument.getClass())
        ? argument.toString()
        : "";
  }
}
