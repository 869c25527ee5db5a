package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which protocol an endpoint speaks.
 *
 * @param dialect null for the protocol's own, or for any other than OpenAI's
 */
record ProviderKind(ProviderType type, @Nullable DialectName dialect) {
  private static final Set<DialectName> LOCAL =
      EnumSet.of(DialectName.VLLM, DialectName.OLLAMA, DialectName.LM_STUDIO);

  /**
   * What the properties say, or else the name.
   *
   * @throws SetupException if neither says it, or they contradict each other
   */
  static ProviderKind of(String name, ProviderProperties settings) {
    ProviderType type = settings.type();
    DialectName dialect = settings.dialect();
    if (dialect != null && type != null && type != ProviderType.OPENAI) {
      throw new SetupException(
          "%s.dialect is \"%s\", but its type \"%s\" has no dialects."
              .formatted(at(name), PropertyWords.of(dialect), PropertyWords.of(type)),
          "Remove one of the two; only the type openai has dialects.");
    }
    if (dialect != null) {
      return new ProviderKind(ProviderType.OPENAI, dialect);
    }
    if (type != null) {
      return new ProviderKind(type, null);
    }
    for (ProviderType named : ProviderType.values()) {
      if (Names.uniform(PropertyWords.of(named)).equals(Names.uniform(name))) {
        return new ProviderKind(named, null);
      }
    }
    for (DialectName named : DialectName.values()) {
      if (Names.uniform(PropertyWords.of(named)).equals(Names.uniform(name))) {
        return new ProviderKind(ProviderType.OPENAI, named);
      }
    }
    throw new SetupException(
        at(name) + ".type is missing, and its name does not say it.",
        "Set "
            + at(name)
            + ".type ("
            + names(ProviderType.values())
            + "). "
            + Nearest.to(name, selfExplaining())
                .map(near -> "Did you mean to name the provider \"" + near + "\"?")
                .orElse("A provider that is named like a type or dialect needs none."));
  }

  /**
   * Checks that the endpoint has an address and a key if it needs them.
   *
   * @throws SetupException if not
   */
  void check(String name, ProviderProperties settings, boolean hasKey) {
    boolean hasUrl = settings.baseUrl() != null && !settings.baseUrl().isBlank();
    if (!hasUrl && type == ProviderType.AZURE_OPENAI) {
      throw new SetupException(
          at(name) + ".base-url is missing.",
          "Set it to the resource's address, such as https://my-resource.openai.azure.com.");
    }
    if (!hasUrl && dialect == DialectName.COMPATIBLE) {
      throw new SetupException(
          at(name) + ".base-url is missing.",
          "Set it to the URL below which chat/completions lies.");
    }
    if (!hasUrl && type == ProviderType.BEDROCK && settings.region() == null) {
      throw new SetupException(
          at(name) + ".region is missing.", "Set it to an AWS region, such as eu-central-1.");
    }
    checkProtocol(name, settings);
    checkIdentity(name, settings, hasKey);
    boolean needsKey =
        !settings.iam()
            && (type == ProviderType.AZURE_OPENAI || !(hasUrl || LOCAL.contains(dialect)));
    if (needsKey && !hasKey && settings.vertex() != null) {
      throw new SetupException(
          "The provider \""
              + name
              + "\" ("
              + PropertyWords.of(type)
              + ") needs a token and has none.",
          "Define an LlmCredentials bean whose token(\"" + name + "\") gives tokens of Google.");
    }
    if (needsKey && !hasKey) {
      throw new SetupException(
          "The provider \""
              + name
              + "\" ("
              + PropertyWords.of(type)
              + ") needs an API key and has none.",
          "Set the property %s.api-key or the environment variable %s, or define an LlmCredentials bean."
              .formatted(at(name), variable(name)));
    }
  }

  private void checkProtocol(String name, ProviderProperties settings) {
    boolean isOpenAis = type == ProviderType.OPENAI || type == ProviderType.AZURE_OPENAI;
    if (settings.protocol() != null && !isOpenAis) {
      throw notOf(name, "protocol", "the types openai and azure-openai have");
    }
    if (settings.background() && settings.protocol() != ProviderProperties.Protocol.RESPONSES) {
      throw new SetupException(
          at(name) + ".background is set, but chat completions do not run in the background.",
          "Set " + at(name) + ".protocol to responses, or remove background.");
    }
  }

  private void checkIdentity(String name, ProviderProperties settings, boolean hasKey) {
    if (settings.iam() && type != ProviderType.BEDROCK) {
      throw notOf(name, "iam", "the type bedrock has");
    }
    if (settings.iam() && hasKey) {
      throw new SetupException(
          at(name) + ".iam is set, and there is an API key as well.",
          "Remove one of the two: requests are signed, or they carry a key.");
    }
    ProviderProperties.VertexProperties vertex = settings.vertex();
    if (vertex == null) {
      return;
    }
    if (type != ProviderType.GEMINI && type != ProviderType.ANTHROPIC) {
      throw notOf(name, "vertex", "the types gemini and anthropic have");
    }
    if (vertex.project() == null || vertex.location() == null) {
      String missing = vertex.project() == null ? "project" : "location";
      throw new SetupException(
          at(name) + ".vertex." + missing + " is missing.",
          "Set project and location, such as europe-west1 or global.");
    }
  }

  private SetupException notOf(String name, String property, String who) {
    return new SetupException(
        at(name) + "." + property + " is set, but its type is \"" + PropertyWords.of(type) + "\".",
        "Remove it; only " + who + " it.");
  }

  private static String at(String name) {
    return "resilient-llm.providers." + name;
  }

  /** The environment variable that Spring Boot binds to the provider's key. */
  private static String variable(String name) {
    String word = name.replace("-", "").toUpperCase(Locale.ROOT);
    return "RESILIENTLLM_PROVIDERS_" + word + "_APIKEY";
  }

  private static List<String> selfExplaining() {
    List<String> names = new ArrayList<>();
    Stream.of(ProviderType.values()).map(PropertyWords::of).forEach(names::add);
    Stream.of(DialectName.values()).map(PropertyWords::of).forEach(names::add);
    return names;
  }

  private static String names(ProviderType[] types) {
    return String.join(", ", Arrays.stream(types).map(PropertyWords::of).toList());
  }
}
