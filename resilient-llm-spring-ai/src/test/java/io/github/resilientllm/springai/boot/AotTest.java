package io.github.resilientllm.springai.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.errors.OpenAIServiceException;
import io.github.resilientllm.spring.AheadOfTime;
import io.github.resilientllm.test.Vendor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;

/** An application that was processed ahead of time, started on a JVM as such. */
class AotTest {
  @TempDir private Path directory;

  @Test
  void anApplicationProcessedAheadOfTimeStartsAndAsks() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("Well.")) {
      String[] properties = {
        "--spring.main.banner-mode=off",
        "--spring.main.web-application-type=none",
        "--spring.ai.openai.base-url=" + vendor.baseUrl(),
        "--spring.ai.openai.api-key=sk-hush",
        "--spring.ai.openai.max-retries=0",
        "--resilient-llm.journal.directory=" + directory.resolve("journal")
      };
      String said = AheadOfTime.run(AotApp.class, directory, properties);

      assertThat(said).contains("said: Well. by JournalMemory");
      assertThat(vendor.requests()).hasSize(1);
    }
  }

  @Test
  void aNativeImageKeepsWhatIsAskedByName() {
    RuntimeHints hints = new RuntimeHints();
    new SpringAiHints().registerHints(hints, getClass().getClassLoader());

    for (Class<?> type : List.of(OpenAIServiceException.class, OpenAiChatOptions.class)) {
      assertThat(
              RuntimeHintsPredicates.reflection()
                  .onType(type)
                  .withMemberCategory(MemberCategory.INVOKE_PUBLIC_METHODS))
          .as(type.getName())
          .accepts(hints);
    }
  }
}
