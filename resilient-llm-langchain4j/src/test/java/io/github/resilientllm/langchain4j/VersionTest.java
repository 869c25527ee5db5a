package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.StreamingChatModel;
import io.github.resilientllm.test.Vendor;
import java.net.URL;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which LangChain4j the tests run on. */
class VersionTest {

  @Test
  @DisplayName("the tests run on the LangChain4j that the build says")
  void version() {
    String expected = System.getProperty("expected.langchain4j.version", "");
    URL jar = UserMessage.class.getProtectionDomain().getCodeSource().getLocation();

    assertThat(jar.getPath()).endsWith("langchain4j-core-" + expected + ".jar");
  }

  @Test
  @DisplayName("who asks a model of ours for its methods finds only types that are there")
  void reflection() throws Exception {
    try (Vendor vendor = Vendor.start("vendor").says("Fine.")) {
      LangChain4jModels models = LangChain4jModels.over(Ladder.over(vendor.baseUrl()).build());
      StreamingChatModel streaming = models.streamingChatModel();

      assertThat(Arrays.stream(streaming.getClass().getMethods()).map(m -> m.toGenericString()))
          .isNotEmpty();
      assertThat(Arrays.stream(models.chatModel().getClass().getMethods()))
          .allSatisfy(method -> assertThat(method.getGenericReturnType()).isNotNull());
    }
  }
}
