package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
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

/** Chat completions as OpenAI defines them and many servers imitate them. */
public final class OpenAiProtocol implements Protocol {
  private final Traits traits;
  private final NamedModel model;
  private final Classifier classifier;

  public OpenAiProtocol(Traits traits, String model, boolean keyRotates, InstantSource clock) {
    this(traits, NamedModel.of(model), keyRotates, clock);
  }

  public OpenAiProtocol(Traits traits, NamedModel model, boolean keyRotates, InstantSource clock) {
    this.traits = traits;
    this.model = model;
    this.classifier = new Classifier(clock, keyRotates);
  }

  Traits traits() {
    return traits;
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return OpenAiObstacles.to(request, traits)
        .or(() -> OpenAiPlan.obstacle(request, traits.model(model.like()), traits.vendor))
        .or(() -> OpenAiPlan.logprobObstacle(request, model.like(), traits))
        .or(() -> OpenAiPlan.stopObstacle(request, model.like(), traits));
  }

  @Override
  public Capabilities capabilities() {
    return model.corrected(traits.model(model.like()).capabilities());
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return new OpenAiPlan(request, model.like(), traits).leftOut();
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return OpenAiWriter.write(request, model, streaming, traits);
  }

  /** What was asked for as a stream may come whole, from a server that cannot stream. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    OpenAiAnswer answer = new OpenAiAnswer(traits);
    if (body.beginsJson() || !streaming) {
      return new WholeAnswer(head, body, new OpenAiWhole(this, head, answer), answer);
    }
    OpenAiStream chunks = new OpenAiStream(this, head, answer);
    return new StreamedAnswer<>(head, body, new JsonEvents(body), chunks, answer);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return classifier.failure(head, ErrorBody.parse(body));
  }

  /** Throws the error that a stream has besides its events, if one is among that. */
  void checkRest(ResponseHead head, byte[] rest) throws ProviderException {
    classifier.checkRest(head, rest);
  }

  /** Throws the error that was found in an answer, and a reason to stop that is in truth one. */
  void check(ResponseHead head, @Nullable ErrorBody error, OpenAiAnswer answer)
      throws ProviderException {
    classifier.check(head, error);
    switch (answer.finishReason()) {
      case "error", "abort" -> // the latter of vLLM and SGLang, whose engine gave up
          throw head.failure(
                  ErrorKind.SERVER_ERROR, "the finish_reason is \"" + answer.finishReason() + "\"")
              .build();
      case "insufficient_system_resource" ->
          throw head.failure(ErrorKind.OVERLOADED, "the server ran out of capacity midway").build();
      default -> {
        // a reason to stop
      }
    }
  }
}
