package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.fail;
import static io.github.resilientllm.testing.Script.script;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.testing.Face;
import io.github.resilientllm.testing.ScriptedProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** What is written to the log, and what must not be. */
class LogTest {
  private static final String QUESTION = "the-question";
  private static final String ANSWER = "the-answer";

  private final VirtualTime time = new VirtualTime();

  @Test
  void aFailedCallIsOneWarningWithKeysAndValuesAndEachAttemptIsADebugLine() throws Exception {
    ScriptedProvider sick = ScriptedProvider.of("sick", time, fail(ErrorKind.SERVER_ERROR));
    ResilientLlm llm = VirtualClient.with(time, sick).build();
    List<RecordingLogger.Line> lines =
        RecordingLogger.record(() -> time.run(() -> Face.BLOCKING.call(llm, time)));
    assertThat(lines).filteredOn(line -> line.level().equals(Level.WARNING)).hasSize(1);
    assertThat(lines).filteredOn(line -> line.level().equals(Level.FINE)).hasSize(3);
    assertThat(lines.get(3).text())
        .contains("Call failed")
        .contains("SERVER_ERROR")
        .contains("3 attempts")
        .contains("resilientllm.attempts=3");
  }

  @Test
  void aCallThatAnswersIsSilentAboveDebug() throws Exception {
    ScriptedProvider well =
        ScriptedProvider.of("well", time, fail(ErrorKind.NETWORK), script().says("x").done());
    ResilientLlm llm = VirtualClient.with(time, well).build();
    List<RecordingLogger.Line> lines =
        RecordingLogger.record(() -> time.run(() -> Face.BLOCKING.call(llm, time)));
    assertThat(lines).isNotEmpty().allMatch(line -> line.level().equals(Level.FINE));
  }

  @Test
  void neitherQuestionNorAnswerIsInALogLineAnExceptionOrAToString() throws Exception {
    ScriptedProvider breaking =
        ScriptedProvider.of(
            "breaking",
            time,
            script().says(ANSWER).fails(ErrorKind.NETWORK),
            script().says(ANSWER).fails(ErrorKind.NETWORK),
            script().says(ANSWER).fails(ErrorKind.NETWORK),
            script().says(ANSWER).done());
    ResilientLlm llm = VirtualClient.with(time, breaking).build();
    ChatRequest request = ChatRequest.of(QUESTION);
    StringBuilder shown = new StringBuilder();
    List<RecordingLogger.Line> lines =
        RecordingLogger.record(
            () ->
                time.run(
                    () -> {
                      LlmException failure = Face.STREAM.call(llm, request, time).error();
                      assertThat(failure.partialText()).isEqualTo(ANSWER);
                      StringWriter trace = new StringWriter();
                      failure.printStackTrace(new PrintWriter(trace));
                      shown.append(trace).append(failure.attempts());
                      try (ChatStream stream = llm.stream(request)) {
                        for (ChatEvent event : stream) {
                          shown.append(event);
                        }
                        ChatResponse response = stream.response();
                        shown.append(response).append(response.message()).append(stream);
                      }
                    }));
    shown.append(request).append(request.messages()).append(llm).append(llm.plan()).append(lines);
    assertThat(shown.toString()).doesNotContain(QUESTION).doesNotContain(ANSWER);
  }
}
