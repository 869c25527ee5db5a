package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ReasoningEffort;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.openai.Traits;
import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of docs/vendors/dialects.md is what the library sends, and its code is compiled. {@code
 * -Drenew-facts=true} writes the table anew.
 */
class DialectPageTest {
  private static final Path PAGE = Path.of("../docs/vendors/dialects.md");
  private static final Path HERE =
      Path.of("src/test/java/io/github/resilientllm/okhttp/DialectPageTest.java");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String HEAD =
      "| dialect | address | key | output limit | images | PDF | sounds | effort | one call at a"
          + " time | JSON Schema |\n|---|---|---|---|---|---|---|---|---|---|\n";
  private static final Part.Image BYTES = Part.Image.of(new byte[] {1}, "image/png");
  private static final Part.Image LINK = Part.Image.of(URI.create("https://example.org/a.png"));

  private static final List<Dialect> ALL =
      List.of(
          Dialect.OPENAI,
          Dialect.XAI,
          Dialect.TOGETHER,
          Dialect.FIREWORKS,
          Dialect.CEREBRAS,
          Dialect.GEMINI,
          Dialect.GROQ,
          Dialect.MISTRAL,
          Dialect.DEEPSEEK,
          Dialect.OPENROUTER,
          Dialect.VLLM,
          Dialect.OLLAMA,
          Dialect.LM_STUDIO,
          Dialect.COMPATIBLE);

  static List<LlmProvider> providers() {
    LlmProvider grok =
        OpenAi.model("grok-4.7").dialect(Dialect.XAI).apiKey(ApiKey.fromEnv("XAI_API_KEY")).build();
    LlmProvider together =
        OpenAi.model("openai/gpt-oss-120b")
            .dialect(Dialect.TOGETHER)
            .apiKey(ApiKey.fromEnv("TOGETHER_API_KEY"))
            .build();
    LlmProvider fireworks =
        OpenAi.model("accounts/fireworks/models/glm-5")
            .dialect(Dialect.FIREWORKS)
            .apiKey(ApiKey.fromEnv("FIREWORKS_API_KEY"))
            .build();
    LlmProvider cerebras =
        OpenAi.model("gpt-oss-120b")
            .dialect(Dialect.CEREBRAS)
            .apiKey(ApiKey.fromEnv("CEREBRAS_API_KEY"))
            .build();
    LlmProvider gemini =
        OpenAi.model("gemini-3-flash")
            .dialect(Dialect.GEMINI)
            .apiKey(ApiKey.fromEnv("GEMINI_API_KEY"))
            .build();
    LlmProvider ours = OpenAi.model("qwen3:8b").dialect(Dialect.OLLAMA).build();
    return List.of(grok, together, fireworks, cerebras, gemini, ours);
  }

  @Test
  void itsTableIsWhatIsSent() throws IOException {
    StringBuilder table = new StringBuilder(HEAD);
    for (Dialect dialect : ALL) {
      table.append("| ").append(String.join(" | ", row(dialect))).append(" |\n");
    }
    PageFacts.check("dialects.md", table.toString());
  }

  @Test
  void itsCodeIsCompiled() throws IOException {
    String here = flat(Files.readString(HERE));
    assertThat(CODE.matcher(Files.readString(PAGE)).results().map(found -> flat(found.group(1))))
        .isNotEmpty()
        .allSatisfy(code -> assertThat(here).contains(code));
  }

  private static List<String> row(Dialect dialect) throws IOException {
    Traits traits = dialect.traits();
    Protocol protocol = Collected.protocol(dialect);
    ChatRequest.Builder plain = ChatRequest.builder().user("Hi");
    JsonNode limited = Bodies.write(protocol, plain.maxOutputTokens(9).build(), false);
    JsonNode thinking =
        Bodies.write(
            protocol, plain.reasoningEffort(ReasoningEffort.LOW).bestEffort().build(), false);
    ChatRequest oneByOne =
        ChatRequest.builder()
            .user("Hi")
            .tool(Tool.of("f", "", "{}"))
            .parallelToolCalls(false)
            .bestEffort()
            .build();
    return List.of(
        "`" + dialect + "`",
        traits.baseUrl == null ? "yours" : traits.baseUrl,
        traits.needsKey ? "yes" : "if it wants one",
        first(limited, "max_tokens", "max_completion_tokens"),
        takes(protocol, BYTES) ? takes(protocol, LINK) ? "bytes, URL" : "bytes" : "no",
        takes(protocol, Part.File.of(new byte[] {1}, "application/pdf", "a.pdf")) ? "yes" : "no",
        takes(protocol, Part.Audio.of(new byte[] {1}, "audio/wav")) ? "yes" : "no",
        first(thinking, "reasoning_effort", "reasoning", "thinking"),
        Bodies.write(protocol, oneByOne, false).has("parallel_tool_calls") ? "yes" : "no",
        traits.wantsClosedSchemas ? "closed by us" : "as it is");
  }

  private static boolean takes(Protocol protocol, Part part) {
    return protocol
        .cannotServe(ChatRequest.builder().message(Message.user(part)).build())
        .isEmpty();
  }

  private static String first(JsonNode body, String... names) {
    return Stream.of(names)
        .filter(body::has)
        .map(name -> "`" + name + "`")
        .collect(Collectors.collectingAndThen(Collectors.joining(), s -> s.isEmpty() ? "no" : s));
  }

  private static String flat(String code) {
    return code.replaceAll("\\s+", "");
  }
}
