package io.github.resilientllm.okhttp.internal.http;

import io.github.resilientllm.okhttp.internal.connection.Trip;
import io.github.resilientllm.okhttp.internal.waiting.Aside;
import io.github.resilientllm.okhttp.internal.waiting.Closing;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Tells a vendor that nobody waits for a response any more. It is told aside, for a call's end
 * blocks nobody, once, and what comes of it is not waited for: a response that is not cancelled
 * only costs money.
 */
public final class Cancels {
  private static final int MAX_AT_A_TIME = 64; // what is above is not cancelled
  private static final long MAX_SECONDS = 10;
  private static final Aside ASIDE = new Aside("resilient-llm-cancels", MAX_AT_A_TIME);

  private Cancels() {}

  public static void send(Endpoint endpoint, HttpUrl url) {
    CompletableFuture<?> unused = ASIDE.run(() -> sent(endpoint.at(url)));
  }

  private static @Nullable Void sent(Endpoint endpoint) throws IOException, ProviderException {
    Closing closing = new Closing();
    Trip trip = endpoint.connections().trip(/* patient= */ true);
    Call call =
        endpoint
            .connections()
            .newCall(
                endpoint.request(
                    /* streaming= */ false, "application/json", ByteString.EMPTY, closing),
                RequestBody.create(new byte[0]),
                trip);
    call.timeout().timeout(MAX_SECONDS, TimeUnit.SECONDS);
    Response answer = closing.during(call::execute);
    answer.close();
    return null;
  }
}
