package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.Experimental;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockErrors;
import io.github.resilientllm.okhttp.internal.errors.Classifier;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.errors.ErrorKinds;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import okhttp3.Headers;

/**
 * What a vendor's error means, read from its status, headers and body as the providers of this
 * module read it. For providers over somebody else's HTTP client.
 *
 * <pre>{@code
 * throw VendorErrors.failure("openai", 429, headers, body).cause(sdkException).build();
 * }</pre>
 */
@Experimental
public final class VendorErrors {
  private static final Classifier CLASSIFIER = new Classifier(InstantSource.system(), false);
  private static final int MAX_BODY = 64 << 10; // as many characters; errors are short

  private VendorErrors() {}

  /**
   * Starts the failure of an attempt that a server answered with an error. Its message holds the
   * vendor, the status, and such codes as can quote nothing.
   *
   * @param vendor the vendor in one word; {@code bedrock} has words of its own
   * @param httpStatus the status; below 400 for an error inside an answer, whose own words then
   *     tell the status
   * @param headers by name, in any case; those that HTTP does not allow are ignored
   * @param body the body, or as much of it as there is; empty if unknown
   */
  public static ProviderException.Builder failure(
      String vendor, int httpStatus, Map<String, String> headers, String body) {
    ResponseHead head = new ResponseHead(vendor, httpStatus, headers(headers), Words.OF_NO_SECRET);
    String beginning = body.substring(0, Math.min(MAX_BODY, body.length()));
    ErrorBody error = ErrorBody.parse(beginning.getBytes(StandardCharsets.UTF_8));
    int status = httpStatus < 400 ? ErrorKinds.statusOf(error) : httpStatus;
    ErrorKind kind =
        vendor.equals("bedrock") ? BedrockErrors.of(status, error) : ErrorKinds.of(status, error);
    return CLASSIFIER.begin(head, kind, error);
  }

  /**
   * Starts the failure of an attempt that ended in an exception without a server's answer. Its
   * message holds the vendor and the exception's class, and its cause is the exception.
   *
   * <p>The exception and its causes are judged by their types, and by how these are called: many
   * clients have their own for a connection that was lost. Of one that says nothing, nothing is
   * held against the target ({@link ErrorKind#NOT_FOR_THIS_TARGET}).
   *
   * @param vendor the vendor in one word
   */
  public static ProviderException.Builder unanswered(String vendor, Throwable thrown) {
    return ProviderException.builder(
            Unanswered.kind(thrown), vendor + ": " + thrown.getClass().getName())
        .cause(thrown);
  }

  private static Headers headers(Map<String, String> from) {
    Headers.Builder headers = new Headers.Builder();
    from.forEach(
        (name, value) -> {
          try {
            headers.add(name, value);
          } catch (IllegalArgumentException e) {
            return; // not one that a server can have sent
          }
        });
    return headers.build();
  }
}
