package io.github.resilientllm.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VendorTest {

  /** What the SDKs of OpenAI, Anthropic, Google, Azure and AWS read. */
  @Test
  void aChildProcessFindsItInItsEnvironmentAndNoKeyOfOurs() {
    try (Vendor vendor = Vendor.start("a")) {
      Map<String, String> environment = vendor.environment();
      assertThat(environment)
          .containsEntry("OPENAI_BASE_URL", vendor.baseUrl())
          .containsEntry("ANTHROPIC_BASE_URL", vendor.root())
          .containsEntry("GOOGLE_GEMINI_BASE_URL", vendor.root())
          .containsEntry("AZURE_OPENAI_ENDPOINT", vendor.root())
          .containsEntry("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", vendor.root());
      assertThat(environment.entrySet())
          .filteredOn(entry -> entry.getKey().matches(".*(KEY|TOKEN).*"))
          .hasSize(5)
          .allMatch(entry -> entry.getValue().equals("not-a-secret"));
    }
  }

  @Test
  void aVendorRemembersTheCallsThatItObserved() {
    try (Vendor a = Vendor.start("a");
        Vendor b = Vendor.start("b")) {
      Call call = Call.of(() -> "from the cache", a);
      assertThat(a.calls()).containsExactly(call);
      assertThat(b.calls()).isEmpty();
      assertThat(a.forgets().calls()).isEmpty();
    }
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    assertThatThrownBy(() -> Vendor.start("a b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"a b\"");
    assertThatThrownBy(() -> Vendor.startSecure("")).isInstanceOf(IllegalArgumentException.class);
  }
}
