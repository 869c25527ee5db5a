package io.github.resilientllm.okhttp.internal.responses;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.history.Attachments;
import io.github.resilientllm.okhttp.internal.http.Endpoint;
import io.github.resilientllm.okhttp.internal.http.HttpRequest;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.models.OpenAiModel;
import io.github.resilientllm.okhttp.internal.openai.OpenAiObstacles;
import io.github.resilientllm.okhttp.internal.openai.OpenAiPlan;
import io.github.resilientllm.okhttp.internal.openai.Traits;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.stream.JsonEvents;
import io.github.resilientllm.okhttp.internal.stream.StreamedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Capabilities;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** The Responses API as OpenAI defines it and some servers imitate it. */
public final class ResponsesProtocol implements Protocol {
  private final Traits traits;
  private final NamedModel model;
  private final @Nullable Duration attachWait;
  private final Classifier classifier;

  public ResponsesProtocol(
      Traits traits, NamedModel model, boolean keyRotates, InstantSource clock) {
    this(traits, model, /* attachWait= */ null, keyRotates, clock);
  }

  /**
   * Requests for one model.
   *
   * @param attachWait if responses are to run at the vendor's by themselves, how long is waited
   *     before a stream that broke off is attached to for the second time; else null
   */
  public ResponsesProtocol(
      Traits traits,
      NamedModel model,
      @Nullable Duration attachWait,
      boolean keyRotates,
      InstantSource clock) {
    this.traits = traits;
    this.model = model;
    this.attachWait = attachWait;
    this.classifier = new Classifier(clock, keyRotates);
  }

  String vendor() {
    return traits.vendor;
  }

  @Override
  public Optional<String> cannotServe(ChatRequest request) {
    return OpenAiObstacles.to(request, traits)
        .or(() -> OpenAiPlan.obstacle(request, known(), traits.vendor))
        .or(() -> ResponsesPlan.obstacle(request, traits.vendor))
        .or(() -> Attachments.obstacle(request, file -> Optional.empty(), this::refused));
  }

  /** Chat completions take sounds, with some models; this protocol does not. */
  private Optional<String> refused(Part.Audio audio) {
    return Optional.of("the Responses API of " + traits.vendor + " takes no audio");
  }

  @Override
  public Capabilities capabilities() {
    return model.corrected(known().capabilities());
  }

  @Override
  public List<String> leavesOut(ChatRequest request) {
    return plan(request).leftOut();
  }

  @Override
  public ByteString write(ChatRequest request, boolean streaming) throws ProviderException {
    return ResponsesWriter.write(plan(request), model.name(), streaming);
  }

  /** What was asked for as a stream may come whole, from a server that cannot stream. */
  @Override
  public AnswerReader read(ResponseHead head, BodyBytes body, boolean streaming)
      throws IOException {
    ResponsesAnswer answer = new ResponsesAnswer(traits.vendor);
    ResponsesEvents events = new ResponsesEvents(answer);
    if (body.beginsJson() || !streaming) {
      return new WholeAnswer(head, body, new ResponsesWhole(this, head, answer, events), answer);
    }
    ResponsesStream stream = new ResponsesStream(this, head, answer, events, failed -> {});
    return new StreamedAnswer<>(head, body, new JsonEvents(body), stream, answer);
  }

  @Override
  public ProviderException failure(ResponseHead head, byte[] body) {
    return classifier.failure(head, ErrorBody.parse(body));
  }

  /** Throws the error that a stream has besides its events, if one is among that. */
  void checkRest(ResponseHead head, byte[] rest) throws ProviderException {
    classifier.checkRest(head, rest);
  }

  /** Throws the error that was found in an answer, and that nobody will finish it. */
  void check(ResponseHead head, @Nullable ErrorBody error, ResponsesAnswer answer)
      throws ProviderException {
    classifier.check(head, error);
    if (answer.status().equals("cancelled")) {
      throw head.failure(ErrorKind.SERVER_ERROR, "the response was cancelled at the vendor's")
          .build();
    }
  }

  /** In the background every answer streams: only a stream can be attached to again. */
  @Override
  public boolean streams(boolean wanted) {
    return wanted || attachWait != null;
  }

  @Override
  public ProviderCall newCall(
      Endpoint endpoint, HttpRequest request, ByteString body, CallOptions options) {
    return attachWait == null
        ? Protocol.super.newCall(endpoint, request, body, options)
        : new BackgroundCall(endpoint, this, request, body, options, attachWait);
  }

  private ResponsesPlan plan(ChatRequest request) {
    return new ResponsesPlan(request, known(), traits, attachWait != null);
  }

  private OpenAiModel known() {
    return traits.model(model.like());
  }
}
