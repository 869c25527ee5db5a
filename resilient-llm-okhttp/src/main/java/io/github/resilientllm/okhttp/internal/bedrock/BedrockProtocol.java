package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.errors.ErrorKinds;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.EventStreamReader;
import io.github.resilientllm.okhttp.internal.stream.StreamedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** AWS Bedrock's Converse and ConverseStream. */
public final class BedrockProtocol implements Protocol {
  public static final String VENDOR = "bedrock";

  private final BedrockModel model;
  private final @Nullable SigningClock signing;
  private final Classifier classifier;

  public BedrockProtocol(BedrockModel model, boolean keyRotates, InstantSource clock) {
    this(model, keyRotates, null, clock);
  }

  /**
   * Requests for one model.
   *
   * @param signing the time that goes into signatures; null if there are none
   */
  public BedrockProtocol(
      BedrockModel model, boolean keyRotates, @Nullable SigningClock signing, InstantSource clock) {
    this.model = model;
    this.signing = signing;
    this.classifier = new Classifier(clock, keyRotates);
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return BedrockObstacles.to(request, model);
  }

  /** What the vendor does not hold a model to is asked for in words, and checked. */
  @Override
  public Capabilities capabilities() {
    return model.capabilities().withJsonSchema(true);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return new BedrockPlan(request, model).leftOut();
  }

  /** Which of the two answers is wanted stands in the URL. */
  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return BedrockWriter.write(request, model);
  }

  @Override
  public String streamType() {
    return "application/vnd.amazon.eventstream";
  }

  /** A frame begins with the high byte of its length, which is 0: other bytes are no stream. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    BedrockAnswer answer = new BedrockAnswer(model.maker());
    if (body.beginsJson() || !streaming) {
      return new WholeAnswer(head, body, new BedrockWhole(this, head, answer), answer);
    }
    BedrockStream frames = new BedrockStream(this, head, answer);
    return new StreamedAnswer<>(head, body, new EventStreamReader(body), frames, answer);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    ErrorBody error = ErrorBody.parse(body);
    error.name(head.headers().get("x-amzn-errortype"));
    ErrorKind kind = BedrockErrors.of(head.status(), error);
    String wrong = signing == null ? null : signing.refused(kind, head);
    return classifier.failure(head, kind, error, wrong);
  }

  /**
   * The error that a frame of a stream tells of.
   *
   * @param name of the exception, or the error's code
   */
  ProviderException failureInside(ResponseHead head, String name, byte[] payload) {
    ErrorBody error = ErrorBody.parse(payload);
    error.name(name);
    return failureInside(head, error);
  }

  /** An error that came with HTTP 200. */
  ProviderException failureInside(ResponseHead head, ErrorBody error) {
    return classifier.failure(head, BedrockErrors.of(ErrorKinds.statusOf(error), error), error);
  }

  /** Throws if the reason to stop is in truth a failure, against which another sample may help. */
  void checkStop(ResponseHead head, BedrockAnswer answer) throws ProviderException {
    ErrorKind kind = failure(answer.stopReason());
    if (kind != null) {
      throw head.failure(kind, "the stopReason is \"" + answer.stopReason() + "\"").build();
    }
  }

  private static @Nullable ErrorKind failure(String stopReason) {
    return switch (stopReason) {
      case "malformed_tool_use" -> ErrorKind.TOOL_GENERATION_FAILED;
      case "malformed_model_output" -> ErrorKind.SERVER_ERROR;
      default -> null;
    };
  }
}
