package io.github.resilientllm.examples.testing;

import static io.github.resilientllm.test.LlmAssertions.assertThat;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.github.resilientllm.test.Call;
import io.github.resilientllm.test.Vendor;
import io.github.resilientllm.test.junit.LlmOutageTest;

class SupportOutageTest {

  @LlmOutageTest
  void aBrokenAnswerIsReplaced(Vendor openai, Vendor fallback) {
    openai.streams(40).tokens().thenCuts();
    Support support = new Support(openai.baseUrl(), fallback.baseUrl());

    Call call = Call.of(() -> support.answer("Where is my parcel?"), openai, fallback);

    assertThat(call).neverTruncated().answeredBy(fallback).within(5, SECONDS).billedAtMost(4);
  }
}
