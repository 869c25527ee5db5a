package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.GeminiModel;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.okhttp.internal.stream.StreamedAnswer;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import okio.ByteString;

/** Gemini's {@code generateContent} and {@code streamGenerateContent}. */
public final class GeminiProtocol implements Protocol {
  public static final String VENDOR = "gemini";

  private final NamedModel named;
  private final GeminiModel model;
  private final boolean isVertex;
  private final Classifier classifier;

  public GeminiProtocol(String model, boolean isVertex, boolean keyRotates, InstantSource clock) {
    this(NamedModel.of(model), isVertex, keyRotates, clock);
  }

  /**
   * Requests for one model.
   *
   * @param isVertex whether they go to Vertex, which alone has labels
   */
  public GeminiProtocol(
      NamedModel model, boolean isVertex, boolean keyRotates, InstantSource clock) {
    this.named = model;
    this.model = GeminiModel.of(model.like());
    this.isVertex = isVertex;
    this.classifier = new Classifier(clock, keyRotates);
  }

  @Override
  public Capabilities capabilities() {
    return named.corrected(model.capabilities());
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return GeminiObstacles.obstacle(request, model);
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return plan(request).leftOut();
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return GeminiWriter.write(request, plan(request), streaming);
  }

  /** What was asked for as a stream comes as JSON where {@code alt=sse} means nothing. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    if (body.beginsJson() || !streaming) {
      return new GeminiWhole(classifier, head, body);
    }
    GeminiAnswer answer = new GeminiAnswer();
    GeminiStream stream = new GeminiStream(classifier, head, answer);
    return new StreamedAnswer<>(head, body, new JsonEvents(body), stream, answer);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return classifier.failure(head, ErrorBody.parse(body));
  }

  private GeminiPlan plan(ChatRequest request) {
    return new GeminiPlan(request, model, isVertex);
  }
}
