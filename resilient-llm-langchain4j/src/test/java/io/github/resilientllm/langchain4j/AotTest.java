package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.openai.OpenAiChatModel;
import io.github.resilientllm.spring.AheadOfTime;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that was processed ahead of time, started on a JVM as such. */
class AotTest {
  @TempDir private Path directory;

  @Test
  @DisplayName("an application that was processed ahead of time starts, and asks by our models")
  void aheadOfTime() throws Exception {
    try (Vendor down = Vendor.start("down");
        Vendor well = Vendor.start("well").says("Well.")) {
      down.is(Trouble.DOWN);
      String[] properties = {
        "--spring.main.banner-mode=off",
        "--spring.main.web-application-type=none",
        "--first=" + down.baseUrl(),
        "--resilient-llm.targets.theirs.bean=openAiChatModel",
        "--resilient-llm.targets.ours.provider=compatible",
        "--resilient-llm.targets.ours.model=m",
        "--resilient-llm.providers.compatible.base-url=" + well.baseUrl(),
        "--resilient-llm.policies.default.targets=theirs,ours",
        "--resilient-llm.policies.default.retry.max-attempts=1"
      };
      String said = AheadOfTime.run(AotApp.class, directory, properties);

      assertThat(said).contains("said: Well.");
      assertThat(down.requests()).hasSize(1);
      assertThat(written())
          .contains(OpenAiChatModel.class.getName(), "java.net.http.HttpClient$Builder");
    }
  }

  /** All that was written for a native image. */
  private String written() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("resources"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }
}
