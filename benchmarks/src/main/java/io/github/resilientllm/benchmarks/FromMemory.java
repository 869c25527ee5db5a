package io.github.resilientllm.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Takes each request's body and answers from memory, so that no socket is measured. One thread. */
final class FromMemory implements Interceptor {
  private static final MediaType JSON = MediaType.get("application/json");

  private final ByteString answer;
  private final boolean keeps;
  private @Nullable ByteString sent;

  /**
   * A server with one answer.
   *
   * @param keeps whether it keeps what it is sent, to be looked at
   */
  FromMemory(String answer, boolean keeps) {
    this.answer = ByteString.encodeString(answer, StandardCharsets.UTF_8);
    this.keeps = keeps;
  }

  OkHttpClient client() {
    return new OkHttpClient.Builder().addInterceptor(this).build();
  }

  /** The body of the last request. */
  ByteString sent() {
    ByteString last = sent;
    if (last == null) {
      throw new IllegalStateException("nothing was sent");
    }
    return last;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    RequestBody body = request.body();
    Buffer taken = new Buffer();
    if (body != null) {
      body.writeTo(taken);
    }
    if (keeps) {
      sent = taken.snapshot();
    }
    taken.clear();
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("OK")
        .header("Content-Type", JSON.toString())
        .body(ResponseBody.create(answer, JSON))
        .build();
  }
}
