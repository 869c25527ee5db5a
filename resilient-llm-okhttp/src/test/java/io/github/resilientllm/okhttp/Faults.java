package io.github.resilientllm.okhttp;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.policy.Fallback;
import io.github.resilientllm.policy.Hedge;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.policy.Timeouts;
import java.io.IOException;
import java.time.Duration;

/** Clients for servers with faults, and the pieces of what such servers say. */
public final class Faults {
  static final String DONE = "data: [DONE]\n\n";

  private static final Duration STALL = Duration.ofMillis(300);

  private Faults() {}

  /**
   * Impatient, with retries that do not wait; every face streams on the wire, so that it may hedge.
   */
  static ResilientLlm.Builder client(FaultServer... servers) {
    ResilientLlm.Builder client = null;
    for (FaultServer server : servers) {
      Target target =
          Target.of(OpenAi.model("m").apiKey(ApiKey.of("sk-secret")).baseUrl(server.url()).build())
              .named(server.url());
      client = client == null ? ResilientLlm.with(target) : client.fallback(target);
    }
    return client
        .retry(Retry.upTo(3).withDelay(Duration.ofMillis(1), Duration.ofMillis(2)))
        .hedge(Hedge.extraLoad(0.01).withInitialDelay(Duration.ofSeconds(2)))
        .timeouts(
            Timeouts.deadline(Duration.ofSeconds(30))
                .withFirstToken(Duration.ofSeconds(5))
                .withStall(STALL));
  }

  static ResilientLlm once(FaultServer server) {
    return client(server)
        .retry(Retry.none())
        .fallbackPolicy(Fallback.standard().withMidStream(Fallback.MidStream.FAIL))
        .build();
  }

  public static String word(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  public static String finish(String reason) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
        + reason
        + "\"}]}\n\n";
  }

  public static void healthy(FaultServer.Exchange x) throws IOException {
    x.stream().chunk(word("He")).chunk(word("llo")).chunk(finish("stop")).chunk(DONE).endChunks();
  }
}
