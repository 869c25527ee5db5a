package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ErrorKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Locale;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A proxy in between wants to know who asks, and what it refuses is its refusal, not the vendor's.
 */
@Timeout(60)
class ProxyTest {
  private static final String HELLO =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}";
  private static final String RIGHT = Credentials.basic("tess", "secret-password");

  /** Lets through, and answers for the vendor, who shows the right name and password. */
  private static FaultServer proxy() throws IOException {
    FaultServer[] self = new FaultServer[1];
    self[0] =
        FaultServer.start(
            x -> {
              String head = self[0].requests().get(self[0].requests().size() - 1);
              String wanted = "proxy-authorization: " + RIGHT.toLowerCase(Locale.ROOT);
              if (!head.toLowerCase(Locale.ROOT).contains(wanted)) {
                x.respond(407, "<html>Who are you?</html>", "Proxy-Authenticate: Basic realm=x");
              } else if (head.startsWith("CONNECT")) {
                x.respond(503, "no way there");
              } else {
                x.respond(200, HELLO);
              }
            });
    return self[0];
  }

  private static OpenAi.Builder through(FaultServer proxy, String url) {
    Proxy there =
        new Proxy(
            Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
    return OpenAi.model("m").baseUrl(url).proxy(there);
  }

  @Test
  void credentialsWorkOverPlainHttp() throws Exception {
    try (FaultServer proxy = proxy()) {
      Collected got =
          Collected.from(
              through(proxy, "http://vendor.invalid/v1")
                  .proxyCredentials("tess", "secret-password")
                  .build(),
              false);
      assertThat(got.failure).isNull();
      assertThat(proxy.requests()).as("told before it asks").hasSize(1);
    }
  }

  @Test
  void credentialsWorkForATunnel() throws Exception {
    try (FaultServer proxy = proxy()) {
      Collected got =
          Collected.from(
              through(proxy, "https://vendor.invalid/v1")
                  .proxyCredentials("tess", "secret-password")
                  .build(),
              false);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.NETWORK); // there is no vendor behind it
      assertThat(got.failure)
          .hasMessageContaining("the proxy did not connect")
          .hasMessageContaining("503");
      assertThat(proxy.requests()).hasSize(1);
    }
  }

  @Test
  void aUsersOwnClientAnswersAProxyOverPlainHttpToo() throws Exception {
    try (FaultServer proxy = proxy()) {
      OkHttpClient client =
          new OkHttpClient.Builder()
              .proxyAuthenticator(
                  (route, response) ->
                      response.request().header("Proxy-Authorization") == null
                          ? response
                              .request()
                              .newBuilder()
                              .header("Proxy-Authorization", RIGHT)
                              .build()
                          : null)
              .build();
      var provider = through(proxy, "http://vendor.invalid/v1").client(client).build();
      assertThat(Collected.from(provider, false).failure).isNull();
      assertThat(proxy.requests()).as("the proxy asks").hasSize(2);
      assertThat(Collected.from(provider, false).failure).isNull();
      assertThat(proxy.requests()).as("once").hasSize(3);
    }
  }

  @Test
  void wrongOnesAreTheProxysRefusalAndNotTheRequestsFault() throws Exception {
    for (String url : new String[] {"http://vendor.invalid/v1", "https://vendor.invalid/v1"}) {
      try (FaultServer proxy = proxy()) {
        OpenAi.Builder model = through(proxy, url).proxyCredentials("tess", "wrong-password");
        Collected got = Collected.from(model.build(), false);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
        assertThat(got.failure.httpStatus()).isEqualTo(407);
        assertThat(got.failure).hasMessageContaining("a proxy in between");
        assertThat(got.failure.toString()).doesNotContain("wrong-password").doesNotContain("tess");
        assertThat(proxy.requests().size()).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void noneWhereTheyAreWantedIsSaid() throws Exception {
    for (String url : new String[] {"http://vendor.invalid/v1", "https://vendor.invalid/v1"}) {
      try (FaultServer proxy = proxy()) {
        Collected got = Collected.from(through(proxy, url).build(), true);
        assertThat(got.failure.kind()).isEqualTo(ErrorKind.UNAUTHORIZED);
        assertThat(got.failure).hasMessageContaining("proxyCredentials");
      }
    }
  }

  @Test
  void aProxyThatForbidsTheVendorSaysSo() throws Exception {
    try (FaultServer proxy = FaultServer.start(x -> x.respond(403, "<html>Blocked</html>"))) {
      Collected got = Collected.from(through(proxy, "https://vendor.invalid/v1").build(), true);
      assertThat(got.failure.kind()).isEqualTo(ErrorKind.FORBIDDEN);
      assertThat(got.failure).hasMessageContaining("the proxy did not connect");
    }
  }

  @Test
  void theVendorNeverSeesTheProxysCredentials() throws Exception {
    try (FaultServer vendor = FaultServer.start(x -> x.respond(200, HELLO))) {
      Collected got =
          Collected.from(
              OpenAi.model("m")
                  .baseUrl(vendor.url())
                  .proxy(Proxy.NO_PROXY)
                  .proxyCredentials("tess", "secret-password")
                  .build(),
              false);
      assertThat(got.failure).isNull();
      assertThat(vendor.requests().get(0)).doesNotContainIgnoringCase("proxy-authorization");
    }
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> OpenAi.model("m").proxyCredentials("a:b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
    Proxy socks = new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("p", 1080));
    OpenAi.Builder model =
        OpenAi.model("m")
            .baseUrl("https://vendor.invalid/v1")
            .proxy(socks)
            .proxyCredentials("tess", "secret-password");
    assertThatThrownBy(model::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SOCKS");
  }
}
