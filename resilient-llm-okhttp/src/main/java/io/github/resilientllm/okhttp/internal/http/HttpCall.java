package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.connection.Connections;
import io.github.resilientllm.okhttp.internal.connection.ProxyLogin;
import io.github.resilientllm.okhttp.internal.connection.Trip;
import io.github.resilientllm.okhttp.internal.head.PacingHeaders;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.AnswerReader;
import io.github.resilientllm.okhttp.internal.stream.BodyBytes;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.Pacing;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One attempt over HTTP.
 *
 * <p>The reader's thread and a closing thread meet in {@link #state}: whoever finds the other gone
 * releases the body, so that it happens once and never under the reader's feet.
 */
public final class HttpCall implements ProviderCall {
  static final long MAX_WHOLE = 32 << 20; // the longest outputs today are some 600 KiB of text
  public static final long MAX_STREAM =
      64 << 20; // the same in chunks, each with 250 bytes around a token
  static final int MAX_ERROR = 64 << 10; // error pages are shorter; what matters stands in front

  /**
   * All connections of a pool may be dead; those that were silent cost no time, the others 1 ms.
   */
  private static final int MAX_TRIES = 1_000;

  private enum State {
    IDLE,
    READING,
    CLOSED_WHILE_READING,
    CLOSED
  }

  private final Endpoint endpoint;
  private final Protocol protocol;
  private final HttpRequest request;
  private final String vendor;
  private final boolean streaming;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  private final boolean isPosted;

  /** Until there is content: a long history is not to lie in memory for as long as a stream. */
  private volatile @Nullable ByteString body;

  private final Closing closing = new Closing();
  private volatile @Nullable Call call;
  private volatile @Nullable Trip trip;
  private Words words = Words.OF_NO_SECRET;
  private @Nullable Response response;
  private @Nullable AnswerReader reader;
  private @Nullable Completion completion;
  private @Nullable Pacing pacing;
  private boolean hasContent;

  /**
   * Sends nothing yet.
   *
   * @param body what is posted; null to get what the URL names
   */
  public HttpCall(
      Endpoint endpoint,
      Protocol protocol,
      HttpRequest request,
      @Nullable ByteString body,
      boolean streaming) {
    this.endpoint = endpoint;
    this.isPosted = body != null;
    this.protocol = protocol;
    this.request = request;
    this.body = body;
    this.vendor = request.vendor();
    this.streaming = streaming;
  }

  @Override
  public ChatEvent.@Nullable Delta next() throws ProviderException {
    if (completion != null) {
      return null;
    }
    if (!state.compareAndSet(State.IDLE, State.READING)) {
      throw new ProviderException(ErrorKind.CANCELLED, vendor + ": the attempt was closed");
    }
    boolean failed = true;
    try {
      ChatEvent.Delta delta = read();
      failed = false;
      return delta;
    } catch (IOException e) {
      throw Breaks.failure(e, vendor, response == null ? null : headOf(response), stage());
    } finally {
      if (failed) {
        end(false); // marks it, cancels it; the release is below
      }
      if (!state.compareAndSet(State.READING, State.IDLE)) {
        release();
      }
    }
  }

  @Override
  public Completion completion() {
    Completion known = completion;
    if (known == null) {
      throw new IllegalStateException("The answer has not been read to its end");
    }
    return known;
  }

  @Override
  public void close() {
    end(true);
  }

  /** Ends the attempt, which may be in the middle of a wait that somebody else has given up. */
  private void end(boolean isGivenUp) {
    State before =
        state.getAndUpdate(
            now ->
                now == State.READING || now == State.CLOSED_WHILE_READING
                    ? State.CLOSED_WHILE_READING
                    : State.CLOSED);
    if (before != State.IDLE && before != State.READING) {
      return;
    }
    if (isGivenUp && before == State.READING) {
      Trip waiting = trip;
      if (waiting != null) {
        endpoint.connections().givenUp(waiting);
      }
    }
    closing.close(); // ends a wait for a name or a key
    Call started = call;
    if (started != null) {
      started
          .cancel(); // closes the socket, so that the reader returns and the release does not wait
    }
    if (before == State.IDLE) {
      release();
    }
  }

  private ChatEvent.@Nullable Delta read() throws IOException, ProviderException {
    AnswerReader answer = reader;
    if (answer == null) {
      answer = open();
      reader = answer;
    }
    ChatEvent.Delta delta = answer.next();
    hasContent = true;
    Trip under = trip;
    if (under != null) {
      under.heard();
    }
    if (body != null) {
      body = null;
      request.forget();
    }
    if (delta == null) {
      completion = answer.completion().toBuilder().pacing(pacing).build();
      release(); // without cancelling, so that the connection can be used again
    }
    return delta;
  }

  /** Sends the request and reads the response's head. */
  private AnswerReader open() throws IOException, ProviderException {
    String accept = streaming ? protocol.streamType() : "application/json";
    @Nullable ByteString sent = isPosted ? Objects.requireNonNull(body) : null;
    Request.Builder asked =
        endpoint.request(streaming, accept, sent == null ? ByteString.EMPTY : sent, closing);
    Response opened = send(asked, sent);
    response = opened;
    words = endpoint.words(opened.request());
    ResponseHead head = headOf(opened);
    pacing = PacingHeaders.in(opened.headers());
    BufferedSource source = bodyOf(opened).source();
    if (opened.isSuccessful()) {
      long maxBytes = streaming ? MAX_STREAM : MAX_WHOLE;
      return protocol.read(head, new BodyBytes(source, maxBytes, endpoint.grace()), streaming);
    }
    if (opened.code() < 400) {
      throw head.failure(
              ErrorKind.MALFORMED_RESPONSE,
              "HTTP "
                  + opened.code()
                  + ", a redirect, which is not followed because the key would"
                  + " go along; set the base URL to where it leads")
          .build();
    }
    if (opened.code() == ProxyLogin.WANTED) {
      throw head.failure(ErrorKind.UNAUTHORIZED, Breaks.PROXY_WANTS_LOGIN).build();
    }
    ProviderException failure = protocol.failure(head, beginning(source));
    if (failure.kind() == ErrorKind.UNAUTHORIZED) {
      endpoint.refused(opened.request());
    }
    throw failure;
  }

  /**
   * Sends the request once, as far as anybody could process it: again only if it surely was not,
   * over another connection.
   */
  private Response send(Request.Builder asked, @Nullable ByteString sent) throws IOException {
    Connections connections = endpoint.connections();
    boolean isPatient = false;
    boolean isSentAgain = false;
    for (int tries = 1; ; tries++) {
      Trip under = connections.trip(isPatient);
      @Nullable OneShotJson posted = sent == null ? null : new OneShotJson(sent, under);
      Call started = connections.newCall(asked, posted, under);
      trip = under;
      call = started;
      if (state.get() != State.READING) {
        started.cancel(); // closed before there was anything to cancel
      }
      try {
        Response opened = closing.during(started::execute);
        if (tries < MAX_TRIES && connections.answersProxy(opened)) {
          opened.close(); // the proxy has sent nothing on
          continue;
        }
        return opened;
      } catch (IOException e) {
        if (tries == MAX_TRIES || isOver()) {
          throw e;
        }
        if (under.foundDead()) {
          continue; // the next one of the pool, or a new one
        }
        if (!isPatient && under.wasNotConnected(e)) {
          isPatient = true;
          continue;
        }
        if (isSentAgain || !under.wasNotProcessed(e)) {
          throw e;
        }
        connections.broken(under);
        isSentAgain = true;
      }
    }
  }

  private boolean isOver() {
    return state.get() != State.READING || Thread.currentThread().isInterrupted();
  }

  /** What of an error's body arrives in time: the status is the news, and known. */
  private byte[] beginning(BufferedSource source) {
    source.timeout().deadline(endpoint.grace().toNanos(), TimeUnit.NANOSECONDS);
    try {
      source.request(MAX_ERROR);
    } catch (IOException e) {
      // The status is known and what has come of the body is in the buffer.
    }
    Buffer read = source.getBuffer();
    try {
      return read.readByteArray(Math.min(read.size(), MAX_ERROR));
    } catch (IOException e) {
      return new byte[0]; // cannot be: the bytes are there
    }
  }

  private ResponseHead headOf(Response opened) {
    return new ResponseHead(vendor, opened.code(), opened.headers(), words);
  }

  /** OkHttp 4 declares the body nullable although an executed call always has one. */
  private static ResponseBody bodyOf(Response opened) throws IOException {
    ResponseBody body = opened.body();
    if (body == null) {
      throw new MalformedAnswer("the response has no body");
    }
    return body;
  }

  private Breaks.Stage stage() {
    if (state.get() == State.CLOSED_WHILE_READING) {
      return Breaks.Stage.CLOSED;
    }
    return hasContent ? Breaks.Stage.CONTENT : Breaks.Stage.BEFORE_CONTENT;
  }

  private void release() {
    Response opened = response;
    if (opened != null) {
      opened.close();
    }
  }
}
