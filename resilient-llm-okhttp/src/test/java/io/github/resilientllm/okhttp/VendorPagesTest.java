package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.provider.LlmProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of the pages in docs/vendors stands here, compiled, and their links lead somewhere. */
class VendorPagesTest {
  private static final Path PAGES = Path.of("../docs/vendors");
  private static final Path HERE =
      Path.of("src/test/java/io/github/resilientllm/okhttp/VendorPagesTest.java");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)\\)");

  /** As in Google's library. */
  interface AccessToken {
    String getTokenValue();

    Date getExpirationTime();
  }

  interface GoogleCredentials {
    AccessToken refreshAccessToken();
  }

  /** As in Azure's. */
  interface AzureToken {
    String getToken();

    OffsetDateTime getExpiresAt();
  }

  interface TokenCredential {
    AzureToken getTokenSync(Object scope);
  }

  static List<LlmProvider> bedrock() {
    LlmProvider claude =
        Bedrock.model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")
            .region("eu-central-1")
            .apiKey(ApiKey.fromEnv("AWS_BEARER_TOKEN_BEDROCK"))
            .build();
    LlmProvider nova =
        Bedrock.model("eu.amazon.nova-pro-v1:0")
            .region("eu-central-1")
            .iam(AwsIdentity.chain())
            .build();
    return List.of(claude, nova);
  }

  static List<LlmProvider> anthropic(GoogleCredentials google) {
    LlmProvider claude =
        Anthropic.model("claude-sonnet-4-5").apiKey(ApiKey.fromEnv("ANTHROPIC_API_KEY")).build();
    LlmProvider onVertex =
        Anthropic.model("claude-sonnet-4-5@20250929")
            .vertex("my-project", "europe-west1")
            .authToken(
                ApiKey.expiring(
                    () -> {
                      AccessToken token = google.refreshAccessToken();
                      return new ApiKey.Token(
                          token.getTokenValue(), token.getExpirationTime().toInstant());
                    }))
            .build();
    return List.of(claude, onVertex);
  }

  static List<LlmProvider> azure(TokenCredential entra, Object scope) {
    LlmProvider gpt =
        AzureOpenAi.deployment("support-gpt")
            .endpoint("https://my-resource.openai.azure.com")
            .apiKey(ApiKey.fromEnv("AZURE_OPENAI_API_KEY"))
            .build();
    LlmProvider byEntra =
        AzureOpenAi.deployment("support-gpt")
            .endpoint("https://my-resource.openai.azure.com")
            .entraToken(
                ApiKey.expiring(
                    () -> {
                      AzureToken token = entra.getTokenSync(scope);
                      return new ApiKey.Token(token.getToken(), token.getExpiresAt().toInstant());
                    }))
            .build();
    return List.of(gpt, byEntra);
  }

  static List<LlmProvider> gemini(GoogleCredentials google) {
    LlmProvider flash =
        Gemini.model("gemini-2.5-flash").apiKey(ApiKey.fromEnv("GEMINI_API_KEY")).build();
    LlmProvider vertex =
        Gemini.model("gemini-2.5-flash")
            .vertex("my-project", "europe-west1")
            .apiKey(
                ApiKey.expiring(
                    () -> {
                      AccessToken token = google.refreshAccessToken();
                      return new ApiKey.Token(
                          token.getTokenValue(), token.getExpirationTime().toInstant());
                    }))
            .build();
    return List.of(flash, vertex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bedrock", "anthropic", "azure", "gemini"})
  void eachPagesCodeIsCompiled(String vendor) throws IOException {
    String page = Files.readString(PAGES.resolve(vendor + ".md"));
    String code = flat(Files.readString(HERE));
    assertThat(BLOCK.matcher(page).results().map(block -> flat(block.group(1))))
        .isNotEmpty()
        .allSatisfy(block -> assertThat(code).contains(block));
    for (MatchResult link : LINK.matcher(page).results().toList()) {
      assertThat(PAGES.resolve(link.group(1))).exists();
    }
  }

  private static String flat(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
