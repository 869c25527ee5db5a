package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.spring.boot.Apps.TwoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What a person reads whose OkHttp and Okio do not fit together. */
@ExtendWith(OutputCaptureExtension.class)
class OkHttpConflictTest {

  @Test
  void aMethodThatTheOtherVersionDoesNotHave(CapturedOutput console) {
    assertThat(Apps.failure(console, MissesMethod.class))
        .contains("The OkHttp and Okio on the class path do not fit together:")
        .contains("'okio.Socket okio.Okio.socket(java.net.Socket)'")
        .containsSubsequence("They are in:", "okhttp-jvm-5.", "okio-jvm-3.", "Action:")
        .contains("Leave one OkHttp on the class path.")
        .contains("Exclude com.squareup.okhttp3:okhttp (version 4) from the dependency")
        .contains("okhttp-jvm from io.github.resilientllm:resilient-llm-okhttp")
        .contains("OkHttp 5 needs com.squareup.okio:okio-jvm 3.16 or later.");
  }

  @Test
  void aClassThatTheOtherVersionDoesNotHave(CapturedOutput console) {
    assertThat(Apps.failure(console, MissesClass.class))
        .contains("do not fit together: okhttp3/internal/Util")
        .contains("Leave one OkHttp on the class path.");
  }

  @Test
  void aLibraryOfAnotherKindIsLeftToSpringBoot(CapturedOutput console) {
    assertThatThrownBy(() -> Apps.start(MissesOther.class).close())
        .hasRootCauseInstanceOf(NoSuchMethodError.class);
    assertThat(console).contains("com.acme.Thing.go()").doesNotContain("do not fit together");
  }

  @Configuration(proxyBeanMethods = false)
  static class MissesMethod extends TwoProviders {
    @Bean
    String connects() {
      throw new NoSuchMethodError("'okio.Socket okio.Okio.socket(java.net.Socket)'");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class MissesClass extends TwoProviders {
    @Bean
    String connects() {
      throw new NoClassDefFoundError("okhttp3/internal/Util");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class MissesOther extends TwoProviders {
    @Bean
    String goes() {
      throw new NoSuchMethodError("'void com.acme.Thing.go()'");
    }
  }
}
