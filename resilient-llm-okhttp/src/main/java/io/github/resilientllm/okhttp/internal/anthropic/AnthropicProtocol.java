package io.github.resilientllm.okhttp.internal.anthropic;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.history.ForcedCall;
import io.github.resilientllm.okhttp.internal.history.Images;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.Claude;
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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okio.ByteString;

/** The Messages API as Anthropic defines it. */
public final class AnthropicProtocol implements Protocol {
  public static final String VENDOR = "anthropic";

  /** The feature by which a thought is dropped that no longer fits what stands before it. */
  public static final String DROPS_THOUGHTS = "thinking-binding-controls-2026-08-01";

  private static final Set<String> IMAGES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

  private final NamedModel model;
  private final Claude claude;
  private final boolean isVertex;
  private final boolean dropsThoughts;
  private final Classifier classifier;

  public AnthropicProtocol(String model, boolean keyRotates, InstantSource clock) {
    this(
        NamedModel.of(model), /* isVertex= */ false, /* dropsThoughts= */ false, keyRotates, clock);
  }

  /**
   * Requests for one model.
   *
   * @param isVertex whether Google serves it, who takes neither schemas nor URLs
   * @param dropsThoughts whether requests go with the feature {@link #DROPS_THOUGHTS}
   */
  public AnthropicProtocol(
      NamedModel model,
      boolean isVertex,
      boolean dropsThoughts,
      boolean keyRotates,
      InstantSource clock) {
    this.model = model;
    this.claude = Claude.of(model.like());
    this.isVertex = isVertex;
    this.dropsThoughts = dropsThoughts;
    this.classifier = new Classifier(clock, keyRotates);
  }

  @Override
  public Capabilities capabilities() {
    return model.corrected(
        Capabilities.standard()
            .withContextWindow(claude.contextWindow())
            .withMaxOutputTokens(claude.maxOutputTokens()));
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    if (!claude.obeysToolChoice() && ForcedCall.in(request).isPresent()) {
      return Optional.of(VENDOR + " cannot make this model call a tool");
    }
    boolean takesImages =
        Images.in(request).stream()
            .flatMap(image -> image.mediaType().stream())
            .allMatch(type -> IMAGES.contains(type.toLowerCase(Locale.ROOT)));
    if (!takesImages) {
      return Optional.of(VENDOR + " takes images as JPEG, PNG, GIF or WebP");
    }
    if (isVertex && Images.in(request).stream().anyMatch(image -> image.url().isPresent())) {
      return Optional.of(VENDOR + " on Vertex takes images by bytes, not by URL");
    }
    Optional<String> attached =
        Attachments.obstacle(request, this::in, audio -> Optional.of(VENDOR + " takes no audio"));
    if (attached.isPresent()) {
      return attached;
    }
    List<String> lacking = AnthropicPlan.lacking(request, claude);
    return lacking.isEmpty() || request.bestEffort()
        ? Optional.empty()
        : Optional.of(VENDOR + " lacks " + String.join(", ", lacking));
  }

  private Optional<String> in(Part.File file) {
    boolean isPdf = file.mediaType().equals(Attachments.PDF);
    if (isPdf && !claude.readsFiles()) {
      return Optional.of(VENDOR + " reads no PDF with this model");
    }
    if (file.url().isPresent() && (isVertex || !isPdf)) {
      return Optional.of(
          VENDOR + (isVertex ? " on Vertex" : "") + " takes such a file by bytes, not by URL");
    }
    return isPdf || Attachments.isText(file)
        ? Optional.empty()
        : Optional.of(VENDOR + " takes files as PDF or text");
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return List.copyOf(new AnthropicPlan(request, claude, isVertex).leftOut());
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    AnthropicPlan plan = new AnthropicPlan(request, claude, isVertex);
    return AnthropicWriter.write(plan, isVertex ? "" : model.name(), streaming, dropsThoughts);
  }

  /** What was asked for as a stream may come whole, from a gateway that cannot stream. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    AnthropicAnswer answer = new AnthropicAnswer();
    if (body.beginsJson() || !streaming) {
      return new WholeAnswer(head, body, new AnthropicWhole(classifier, head, answer), answer);
    }
    AnthropicStream stream = new AnthropicStream(classifier, head, answer);
    return new StreamedAnswer<>(head, body, new JsonEvents(body), stream, answer);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return classifier.failure(head, ErrorBody.parse(body));
  }
}
