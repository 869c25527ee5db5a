package io.github.resilientllm.examples.vendor;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;

/**
 * A vendor on loopback that answers as its {@link Behaviour} says, whatever the key: in the wire
 * format of Anthropic or Gemini at their paths, and in OpenAI's at any other.
 */
public final class LocalVendor implements AutoCloseable {
  private final WireMockServer server;

  private LocalVendor(WireMockServer server) {
    this.server = server;
  }

  /**
   * Starts a vendor on a free port.
   *
   * @param threads how many requests it serves at once; one that is delayed holds its thread
   */
  public static LocalVendor start(Behaviour behaviour, int threads) {
    WireMockServer server =
        new WireMockServer(
            options()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .containerThreads(threads)
                .jettyAcceptQueueSize(threads)
                // The journal would keep every request of a drill in memory.
                .disableRequestJournal()
                .notifier(new SilentNotifier())
                .extensions(new BehaviourTransformer(behaviour)));
    server.stubFor(any(anyUrl()).willReturn(ok()));
    server.start();
    return new LocalVendor(server);
  }

  /** The base URL of every vendor's client: the part before {@code /chat/completions}. */
  public String baseUrl() {
    return "http://127.0.0.1:" + server.port() + "/v1";
  }

  /** Stops at once; answers under way are cut. */
  @Override
  public void close() {
    server.stop();
  }
}
