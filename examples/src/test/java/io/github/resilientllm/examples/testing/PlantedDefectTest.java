package io.github.resilientllm.examples.testing;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.junit.LlmOutageTest;

/** Two defects of an application that is not ours, each found and named in one sentence. */
class PlantedDefectTest {
  private static final String QUESTION = "Where is my parcel?";

  @LlmOutageTest
  void aTruncationThatIsSwallowedIsNamed(Vendor openai) {
    openai.streams(40).tokens().thenCuts();
    CarelessSupport support = new CarelessSupport(openai.baseUrl());

    Call call = Call.of(() -> support.answer(QUESTION), openai);

    // The JDK's client throws at a cut, and may keep to itself the last words before it.
    assertThatThrownBy(() -> assertThat(call).neverTruncated())
        .isInstanceOf(AssertionError.class)
        .message()
        .matches(
            "The call passed off as an answer what is"
                + " (the first \\d+ of 60 words of openai's answer|empty) \\(after .*")
        .endsWith("openai saw 1 request: openai streams 40 tokens, then cuts the connection)");
  }

  @LlmOutageTest
  void aRetryForWantOfCreditIsNamed(Vendor openai) {
    openai.is(Trouble.OUT_OF_QUOTA);
    CarelessSupport support = new CarelessSupport(openai.baseUrl());

    Call call = Call.of(() -> support.answer(QUESTION), openai);

    assertThatThrownBy(() -> assertThat(call).failed().askedAtMost(openai, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("The call asked openai 3 times, more than 1")
        .hasMessageContaining("openai refuses for want of credit (429 insufficient_quota)");
  }

  @LlmOutageTest
  void whatIsWellIsNotBlamed(Vendor openai) {
    CarelessSupport support = new CarelessSupport(openai.baseUrl());
    assertThat(Call.of(() -> support.answer(QUESTION), openai)).answeredBy(openai).asked(openai, 1);
  }
}
