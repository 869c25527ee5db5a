package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.VendorData;
import io.github.resilientllm.okhttp.internal.gemini.GeminiProtocol;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.http.Breaks;
import io.github.resilientllm.okhttp.internal.http.HttpCall;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.openai.OpenAiProtocol;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import okhttp3.Headers;
import okio.Buffer;

/** All that came of one attempt: the pieces, and how it ended. */
public final class Collected {

  /** A tool call put together from its pieces. */
  public static final class Call {
    public String id = "";
    public String name = "";
    public String arguments = "";
    private final StringBuilder pieces = new StringBuilder();
  }

  public final StringBuilder text = new StringBuilder();
  public final StringBuilder reasoning = new StringBuilder();
  public final Map<Integer, Call> calls = new TreeMap<>();
  public final List<ChatEvent.Delta> deltas = new ArrayList<>();
  public Completion completion;
  public ProviderException failure;

  private interface Pieces {
    ChatEvent.Delta next() throws IOException, ProviderException;
  }

  /** Makes one attempt over HTTP. */
  static Collected from(LlmProvider provider, ChatRequest request, boolean streaming) {
    Collected all = new Collected();
    try (ProviderCall call = provider.newCall(request, CallOptions.of(streaming))) {
      all.read(call::next);
      all.completion = call.completion();
    } catch (ProviderException e) {
      all.failure = e;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }

  public static Collected from(LlmProvider provider, boolean streaming) {
    return from(provider, ChatRequest.of("Hi"), streaming);
  }

  /** Reads a body without any HTTP around it. */
  static Collected fromBody(Dialect dialect, byte[] body, boolean streaming) {
    return fromBody(protocol(dialect), body, streaming);
  }

  public static Protocol protocol(Dialect dialect) {
    return new OpenAiProtocol(dialect.traits(), "model", false, InstantSource.system());
  }

  public static Protocol gemini(String model) {
    return new GeminiProtocol(model, false, false, InstantSource.system());
  }

  public static Collected fromBody(Protocol protocol, byte[] body, boolean streaming) {
    Collected all = new Collected();
    ResponseHead head = new ResponseHead("test", 200, Headers.of(), Words.OF_NO_SECRET);
    try {
      BodyBytes bytes =
          new BodyBytes(new Buffer().write(body), HttpCall.MAX_STREAM, Duration.ofSeconds(1));
      AnswerReader reader = protocol.read(head, bytes, streaming);
      all.read(reader::next);
      all.completion = reader.completion();
    } catch (ProviderException e) {
      all.failure = e;
    } catch (IOException e) {
      Breaks.Stage stage =
          all.deltas.isEmpty() ? Breaks.Stage.BEFORE_CONTENT : Breaks.Stage.CONTENT;
      all.failure = Breaks.failure(e, "test", head, stage);
    }
    return all;
  }

  public static Collected fromBody(Dialect dialect, String body, boolean streaming) {
    return fromBody(dialect, body.getBytes(StandardCharsets.UTF_8), streaming);
  }

  public static Collected fromBody(Protocol protocol, String body, boolean streaming) {
    return fromBody(protocol, body.getBytes(StandardCharsets.UTF_8), streaming);
  }

  /** What the vendor wants back, in order. */
  public List<VendorData> vendorData() {
    return deltas.stream()
        .map(
            delta ->
                delta instanceof ChatEvent.ReasoningDelta piece
                    ? piece.vendorData().orElse(null)
                    : delta instanceof ChatEvent.ToolCallDelta call
                        ? call.vendorData().orElse(null)
                        : null)
        .filter(Objects::nonNull)
        .toList();
  }

  private void read(Pieces pieces) throws IOException, ProviderException {
    try {
      for (ChatEvent.Delta delta = pieces.next(); delta != null; delta = pieces.next()) {
        deltas.add(delta);
        add(delta);
      }
    } finally {
      calls.values().forEach(call -> call.arguments = call.pieces.toString());
    }
  }

  private void add(ChatEvent.Delta delta) {
    if (delta instanceof ChatEvent.TextDelta piece) {
      text.append(piece.text());
    } else if (delta instanceof ChatEvent.ReasoningDelta piece) {
      reasoning.append(piece.text());
    } else if (delta instanceof ChatEvent.ToolCallDelta piece) {
      Call call = calls.computeIfAbsent(piece.index(), i -> new Call());
      call.id += piece.id();
      call.name += piece.name();
      call.pieces.append(piece.arguments());
    }
  }
}
