package io.github.resilientllm.okhttp.internal.gemini;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.GeminiModel;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.ByteString;

/** Gemini's {@code generateContent} and {@code streamGenerateContent}. */
public final class GeminiProtocol implements Protocol {
  public static final String VENDOR = "gemini";

  private static final int MAX_LABELS = 64;

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
    List<String> phrases = new ArrayList<>(GeminiHistory.turns(request).leftOut());
    phrases.addAll(GeminiObstacles.options(request, model));
    Optional<ReasoningEffort> effort = request.reasoningEffort();
    if (effort.isPresent() && model.thinks() && !model.canThink(effort.get())) {
      phrases.add("reasoningEffort " + effort.get() + ", the nearest is asked for");
    }
    if (!model.thinks() && request.tools().stream().anyMatch(Tool::strict)) {
      phrases.add("strict tool parameters");
    }
    if (!request.metadata().isEmpty() && !takesLabels(request)) {
      phrases.add("metadata");
    }
    return phrases;
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return GeminiWriter.write(
        request, new GeminiWriter.Way(model, isVertex, streaming, takesLabels(request)));
  }

  /** What was asked for as a stream comes as JSON where {@code alt=sse} means nothing. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    return body.beginsJson() || !streaming
        ? new GeminiWhole(classifier, head, body)
        : new GeminiStream(classifier, head, body);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return classifier.failure(head, ErrorBody.parse(body));
  }

  /** Whether all of the metadata is labels as Google wants them. */
  private boolean takesLabels(ChatRequest request) {
    Map<String, String> metadata = request.metadata();
    return isVertex
        && metadata.size() <= MAX_LABELS
        && metadata.keySet().stream().allMatch(key -> key.matches("[a-z][a-z0-9_-]{0,62}"))
        && metadata.values().stream().allMatch(value -> value.matches("[a-z0-9_-]{0,63}"));
  }
}
