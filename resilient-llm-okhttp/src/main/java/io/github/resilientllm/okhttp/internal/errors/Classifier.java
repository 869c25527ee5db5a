package io.github.resilientllm.okhttp.internal.errors;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.provider.ProviderException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a server's error into the failure of an attempt. */
public final class Classifier {
  private static final int MAX_WORD = 40; // the longest code on record has 37 characters

  private final Delays delays;
  private final boolean keyRotates;

  public Classifier(InstantSource clock, boolean keyRotates) {
    this.delays = new Delays(clock);
    this.keyRotates = keyRotates;
  }

  /** An HTTP error. */
  public ProviderException failure(ResponseHead head, ErrorBody body) {
    return failure(head, ErrorKinds.of(head.status(), body), body);
  }

  /** An error inside an answer of HTTP 200. */
  ProviderException inBand(ResponseHead head, ErrorBody body) {
    return failure(head, ErrorKinds.of(ErrorKinds.statusOf(body), body), body);
  }

  /** Throws the error that was found in an answer, if one was. */
  public void check(ResponseHead head, @Nullable ErrorBody error) throws ProviderException {
    if (error != null) {
      throw inBand(head, error);
    }
  }

  /** Throws the error that a stream has besides its events, if one is among that. */
  public void checkRest(ResponseHead head, byte[] rest) throws ProviderException {
    ErrorBody error = ErrorBody.parse(rest);
    check(head, error.isEmpty() ? null : error);
  }

  /** An error of a kind that is known already. */
  public ProviderException failure(ResponseHead head, ErrorKind kind, ErrorBody body) {
    return begin(head, kind, body, null).build();
  }

  /** The same, to be completed. */
  public ProviderException.Builder begin(ResponseHead head, ErrorKind kind, ErrorBody body) {
    return begin(head, kind, body, null);
  }

  /**
   * An error of a kind that is known already.
   *
   * @param reason what else is known of it; null for nothing
   */
  public ProviderException failure(
      ResponseHead head, ErrorKind kind, ErrorBody body, @Nullable String reason) {
    return begin(head, kind, body, reason).build();
  }

  private ProviderException.Builder begin(
      ResponseHead head, ErrorKind kind, ErrorBody body, @Nullable String reason) {
    Optional<Duration> delay = delays.in(head);
    if (delay.isEmpty() && kind.retriesSameTarget()) { // other errors quote what the user wrote
      delay = Delays.in(body);
    }
    String said = describe(head, body);
    return head.failure(kind, reason == null ? said : said + "; " + reason)
        .retryAfter(delay.orElse(null))
        .retryHint(retryHint(kind, head));
  }

  /** Only words that cannot quote anything: the message itself may hold the prompt or the key. */
  private static String describe(ResponseHead head, ErrorBody body) {
    StringBuilder text = new StringBuilder("HTTP ").append(head.status());
    if (head.status() < 400) {
      text.append(" with an error inside");
    }
    append(text, head, "type", body.type());
    append(text, head, "code", body.code());
    append(text, head, "inner code", body.innerCode());
    return text.toString();
  }

  private static void append(
      StringBuilder text, ResponseHead head, String label, @Nullable String word) {
    if (head.words().mayShow(word, MAX_WORD)) {
      text.append(", ").append(label).append(' ').append(word);
    }
  }

  private @Nullable Boolean retryHint(ErrorKind kind, ResponseHead head) {
    if (kind == ErrorKind.UNAUTHORIZED && keyRotates) {
      return true; // the token may have been renewed
    }
    if (kind.locksOutTarget()) {
      return null; // no hint gives a key more rights or credit
    }
    String hint = head.headers().get("x-should-retry");
    if (hint == null) {
      return null;
    }
    return switch (hint) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }
}
