package io.github.resilientllm.okhttp.internal.http;

import com.fasterxml.jackson.core.JacksonException;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.connection.Names;
import io.github.resilientllm.okhttp.internal.connection.ProxyLogin;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What it means for an attempt that reading or connecting failed. */
public final class Breaks {

  /** How far the attempt had come. */
  public enum Stage {
    /** It was closed meanwhile. */
    CLOSED,
    /** Nothing of the answer was handed out. */
    BEFORE_CONTENT,
    /** Some of the answer was handed out. */
    CONTENT
  }

  static final String PROXY_WANTS_LOGIN =
      "HTTP 407 of a proxy in between, which wants to know who asks, or other credentials than it"
          + " was given; call proxyCredentials(...)";

  /** OkHttp has only a text for it, the same in all its versions. */
  private static final Pattern NO_TUNNEL =
      Pattern.compile("Unexpected response code for CONNECT: (\\d{3})");

  private Breaks() {}

  public static ProviderException failure(
      IOException e, String vendor, @Nullable ResponseHead head, Stage stage) {
    if (head == null && stage != Stage.CLOSED) {
      ProviderException refusal = refusal(e, vendor);
      if (refusal != null) {
        return refusal;
      }
    }
    ErrorKind kind = kind(e, stage);
    ProviderException.Builder failure =
        head == null
            ? ProviderException.builder(kind, vendor + ": " + describe(e, kind))
            : head.failure(kind, describe(e, kind));
    return failure.cause(isSafe(e) ? e : null).build();
  }

  /** What stands in the way to the vendor and will for some time; null if it is not that. */
  private static @Nullable ProviderException refusal(IOException e, String vendor) {
    String handshake = Handshakes.refusal(e);
    if (handshake != null) {
      return ProviderException.builder(ErrorKind.FORBIDDEN, vendor + ": no TLS, for " + handshake)
          .cause(e)
          .build();
    }
    if (e instanceof ProxyLogin.Refused) {
      return ProviderException.builder(ErrorKind.UNAUTHORIZED, vendor + ": " + PROXY_WANTS_LOGIN)
          .answered(ProxyLogin.WANTED, null)
          .cause(e)
          .build();
    }
    Matcher tunnel = NO_TUNNEL.matcher(String.valueOf(e.getMessage()));
    if (!tunnel.matches()) {
      return null;
    }
    int status = Integer.parseInt(tunnel.group(1));
    boolean forbids = status == 403 || status == 401;
    return ProviderException.builder(
            forbids ? ErrorKind.FORBIDDEN : ErrorKind.NETWORK,
            vendor + ": the proxy did not connect to the vendor's host (HTTP " + status + ")")
        .answered(status, null)
        .cause(e)
        .build();
  }

  private static ErrorKind kind(IOException e, Stage stage) {
    if (stage == Stage.CLOSED) {
      return ErrorKind.CANCELLED;
    }
    if (e instanceof MalformedAnswer
        || e instanceof JacksonException
        || e instanceof CharConversionException) { // Jackson's, of bytes that are no text
      return ErrorKind.MALFORMED_RESPONSE;
    }
    if (e instanceof SocketTimeoutException) {
      return ErrorKind.TIMEOUT; // the only time limit is that of connecting
    }
    if (e instanceof InterruptedIOException || e instanceof Names.Ended) {
      return ErrorKind.CANCELLED; // the thread was interrupted
    }
    return stage == Stage.CONTENT ? ErrorKind.STREAM_TRUNCATED : ErrorKind.NETWORK;
  }

  private static String describe(IOException e, ErrorKind kind) {
    if (e instanceof MalformedAnswer) {
      return String.valueOf(e.getMessage());
    }
    return switch (kind) {
      case CANCELLED -> "the attempt was closed";
      case MALFORMED_RESPONSE -> "the answer is not the JSON it should be";
      case TIMEOUT -> "no connection in time";
      case STREAM_TRUNCATED -> "the connection broke in the middle of the answer";
      default -> "the connection could not be made or broke (" + e.getClass().getSimpleName() + ")";
    };
  }

  /** Jackson and the HTTP parser quote the bytes that they do not understand. */
  private static boolean isSafe(IOException e) {
    return !(e instanceof JacksonException || e instanceof ProtocolException);
  }
}
