package io.github.resilientllm.test.vendor;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.policy.Retry;
import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Vendors that speak TLS, and one that shows somebody else's certificate. */
class TlsTest {
  private final Vendor a = Vendor.startSecure("a");

  @AfterEach
  void close() {
    a.close();
  }

  @Test
  void whoTrustsTheAuthorityIsAnswered() {
    assertThat(a.baseUrl()).startsWith("https://127.0.0.1:");
    assertThat(Call.of(asking(trusting()), a)).answeredBy(a).asked(a, 1);
  }

  @Test
  void whatBreaksOffOverTlsIsNoAnswer() {
    a.streams(40).tokens().thenCuts().once();
    assertThat(Call.of(asking(trusting()), a)).failed();
    a.streams(40).tokens().thenResets().once();
    assertThat(Call.of(asking(trusting()), a)).failed();
  }

  @Test
  void aCertificateForAnotherNameIsRefusedAndNotAskedAgain() {
    a.is(Trouble.OF_ANOTHER_NAME);
    assertThat(Call.of(asking(trusting()), a)).failed().asked(a, 1).billedAtMost(0);
  }

  /** It would give its key to somebody else. */
  @Test
  void aClientThatDoesNotLookAtTheNameIsFound() {
    a.is(Trouble.OF_ANOTHER_NAME);
    OkHttpClient.Builder careless = trusting().hostnameVerifier((host, session) -> true);
    assertThatThrownBy(() -> assertThat(Call.of(asking(careless), a)).failed())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("should have failed, and returned the whole answer of a")
        .hasMessageContaining("a shows a certificate for another name");
  }

  @Test
  void theNameIsItsOwnAgain() {
    a.is(Trouble.OF_ANOTHER_NAME).once();
    assertThat(Call.of(asking(trusting()), a)).failed();
    assertThat(Call.of(asking(trusting()), a)).answeredBy(a);
  }

  @Test
  void aVendorWithoutTlsHasNoCertificateToBreak() {
    try (Vendor plain = Vendor.start("plain")) {
      assertThatThrownBy(() -> plain.is(Trouble.OF_ANOTHER_NAME))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Vendor.startSecure(\"plain\")");
    }
  }

  private static OkHttpClient.Builder trusting() {
    return new OkHttpClient.Builder()
        .sslSocketFactory(LocalAuthority.context().getSocketFactory(), LocalAuthority.trust());
  }

  private Callable<String> asking(OkHttpClient.Builder http) {
    ResilientLlm llm =
        ResilientLlm.with(OpenAi.model("m").baseUrl(a.baseUrl()).client(http.build()).build())
            .retry(Retry.none())
            .build();
    return () -> llm.chat("How are you?").text();
  }
}
