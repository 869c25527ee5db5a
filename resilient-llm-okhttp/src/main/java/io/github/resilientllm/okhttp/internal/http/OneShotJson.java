package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.okhttp.internal.connection.Trip;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A JSON body that can be sent once.
 *
 * <p>OkHttp sends a request again by itself after a 408, a 503 with {@code Retry-After: 0} and a
 * broken connection, but not one with such a body. What is tried again, and paid for twice, is the
 * engine's decision; what cannot have been processed is sent again by {@link HttpCall}. Other
 * addresses of a host are still tried while nothing was sent.
 */
final class OneShotJson extends RequestBody {
  private static final MediaType JSON = MediaType.get("application/json");

  private final ByteString body;
  private final Trip trip;

  /**
   * Nothing is written yet.
   *
   * @param trip is told if the body cannot be written to its end
   */
  OneShotJson(ByteString body, Trip trip) {
    this.body = body;
    this.trip = trip;
  }

  @Override
  public @Nullable MediaType contentType() {
    return JSON;
  }

  @Override
  public long contentLength() {
    return body.size();
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    boolean isWritten = false;
    try {
      sink.write(body);
      isWritten = true;
    } finally {
      if (!isWritten) {
        trip.bodyIsCut(); // its last bytes were never handed to a socket
      }
    }
  }
}
