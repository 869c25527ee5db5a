package io.github.resilientllm.examples.drill;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.junit.LlmOutageTest;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * What the test kit says of the client that many of us have written, a sentence for each defect.
 */
class BareClientVerdictTest {

  @LlmOutageTest
  void itPassesOffABrokenAnswerAsAWholeOne(Vendor a) {
    a.streams(40).tokens().thenEndsUnfinished();
    Call call = Call.of(asking(a), a);
    assertThatThrownBy(() -> assertThat(call).neverTruncated())
        .hasMessageStartingWith(
            "The call passed off as an answer what is the first 40 of 60 words of a's answer (")
        .hasMessageEndingWith("a saw 1 request: a streams 40 tokens, then ends without a finish)");
  }

  @LlmOutageTest
  void itAsksAgainWhereNoCreditIsLeft(Vendor a) {
    a.is(Trouble.OUT_OF_QUOTA);
    Call call = Call.of(asking(a), a);
    assertThatThrownBy(() -> assertThat(call).askedAtMost(a, 1))
        .hasMessageStartingWith("The call asked a 4 times, more than 1 (");
  }

  private static Callable<String> asking(Vendor vendor) {
    BareClient client =
        new BareClient(vendor.baseUrl(), Duration.ofSeconds(20), Duration.ofMillis(1));
    return () -> client.ask(new Ask(0, "Where is my parcel?", true)).text();
  }
}
