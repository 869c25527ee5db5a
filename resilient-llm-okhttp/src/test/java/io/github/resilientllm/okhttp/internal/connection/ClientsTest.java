package io.github.resilientllm.okhttp.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** Who asks without TLS waits for no certificates, and who asks with it has them. */
class ClientsTest {

  @Test
  void theClientForPlainHttpReadsNoCertificates() {
    assertThat(client("http://127.0.0.1:9101/v1").x509TrustManager()).isNull();
  }

  @Test
  void theClientForHttpsTrustsTheSystemsAndSpeaksNothingElseToServersOfHttps() {
    OkHttpClient client = client("https://api.openai.com/v1");
    assertThat(client.x509TrustManager()).isNotNull();
    assertThat(client.connectionSpecs()).contains(ConnectionSpec.MODERN_TLS);
  }

  private static OkHttpClient client(String url) {
    return Clients.shared(HttpUrl.get(url)).join();
  }
}
