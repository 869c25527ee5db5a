package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/vendors/openai.md stands here, compiled, and its links lead somewhere. */
class OpenAiPageTest {
  private static final Path PAGE = Path.of("../docs/vendors/openai.md");
  private static final Path HERE =
      Path.of("src/test/java/io/github/resilientllm/okhttp/OpenAiPageTest.java");

  static List<LlmProvider> providers() {
    LlmProvider agent =
        OpenAi.responses("gpt-5.6").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    LlmProvider chat =
        OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build();
    LlmProvider azure =
        AzureOpenAi.responses("support-gpt")
            .endpoint("https://my-resource.openai.azure.com")
            .apiKey(ApiKey.fromEnv("AZURE_OPENAI_API_KEY"))
            .build();
    LlmProvider grok =
        OpenAi.responses("grok-4.7")
            .dialect(Dialect.XAI)
            .apiKey(ApiKey.fromEnv("XAI_API_KEY"))
            .build();
    return List.of(agent, chat, azure, grok);
  }

  @Test
  void itsCodeIsCompiled() throws IOException {
    List<String> blocks = found("```java\n(.*?)```");
    String here = flat(Files.readString(HERE));
    assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(here).contains(flat(block)));
  }

  @Test
  void itsLinksLeadSomewhere() throws IOException {
    assertThat(found("\\]\\((?!https?:)([^)#]+)\\)"))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(PAGE.resolveSibling(link)).exists());
  }

  private static List<String> found(String pattern) throws IOException {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  /** The code without its indentation and line ends, which differ. */
  private static String flat(String code) {
    return code.replaceAll("\\s+", "");
  }
}
