package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.okhttp.internal.models.Claude;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.provider.Capabilities;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the id of a Bedrock model tells of it. A model that is not known is taken to be able to do
 * everything but to reason on demand, for which each maker has words of its own.
 *
 * @param maker whose model it is, such as {@code anthropic}; empty if the id does not say
 * @param effort how it is told how much to think
 * @param forcing which tool calls it can be made to make
 * @param sampling which of temperature and topP it takes
 * @param caching where it can be told to keep what it has read
 * @param capabilities what it can do by itself; a schema only if the vendor holds it to one
 */
public record BedrockModel(
    String maker,
    BedrockEffort effort,
    Forcing forcing,
    Sampling sampling,
    Caching caching,
    Capabilities capabilities) {

  /** Which tool calls a model can be made to make. */
  enum Forcing {
    NO_TOOL,
    ANY_TOOL,
    NAMED_TOOL
  }

  /** Which of temperature and topP a model takes. */
  enum Sampling {
    NEITHER,
    ONE,
    BOTH
  }

  /** Where a model can be told to keep what it has read. */
  enum Caching {
    NOWHERE,
    BUT_FOR_TOOLS,
    EVERYWHERE
  }

  /** Ids have a region before the maker, ARNs a path. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:^|[./])(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|moonshot(?:ai)?)\\.([^/]+)$");

  private static final Pattern OLD_LLAMA = Pattern.compile("llama(?:2|3-(?:8|70)b)-.*");
  private static final Pattern SEEING_LLAMA = Pattern.compile("llama(?:3-2-(?:11|90)b|4)-.*");
  private static final Pattern OLD_MISTRAL = Pattern.compile("mi[xs]tral-(?:7b|8x7b)-.*");
  private static final Pattern BLIND_MISTRAL = Pattern.compile("mistral-(?:small|large)-24.*");

  private static final Capabilities TALKS =
      Capabilities.standard().withTools(false).withImages(false).withJsonSchema(false);
  private static final Capabilities CALLS = TALKS.withTools(true);
  private static final Capabilities SEES = CALLS.withImages(true);

  /** Whatever can be known from an id or an ARN. */
  public static BedrockModel of(String id) {
    return of(NamedModel.of(id));
  }

  public static BedrockModel of(NamedModel named) {
    BedrockModel model = byMaker(named.like());
    Capabilities can = named.corrected(model.capabilities());
    return new BedrockModel(
        model.maker(), model.effort(), model.forcing(), model.sampling(), model.caching(), can);
  }

  private static BedrockModel byMaker(String id) {
    Matcher matcher = NAME.matcher(id);
    if (!matcher.find()) {
      return plain("", Forcing.NAMED_TOOL, Capabilities.standard());
    }
    String maker = matcher.group(1);
    String name = matcher.group(2);
    return switch (maker) {
      case "anthropic" -> claude(name);
      case "amazon" -> amazon(name);
      case "meta" -> plain(maker, Forcing.NO_TOOL, llama(name));
      case "mistral" -> plain(maker, Forcing.ANY_TOOL, mistral(name));
      case "cohere" -> plain(maker, Forcing.NO_TOOL, name.startsWith("command-r") ? CALLS : TALKS);
      case "ai21" -> plain(maker, Forcing.NO_TOOL, name.startsWith("jamba") ? CALLS : TALKS);
      case "qwen" ->
          plain(
              maker, Forcing.NAMED_TOOL, Capabilities.standard().withImages(name.contains("-vl")));
      case "deepseek" -> deepseek(name);
      case "openai" -> openai(name);
      default -> // Moonshot's Kimi
          new BedrockModel(
              maker,
              BedrockEffort.FLAT,
              Forcing.NAMED_TOOL,
              Sampling.BOTH,
              Caching.NOWHERE,
              Capabilities.standard());
    };
  }

  boolean isClaude() {
    return maker.equals("anthropic");
  }

  private static BedrockModel plain(String maker, Forcing forcing, Capabilities capabilities) {
    return new BedrockModel(
        maker, BedrockEffort.NONE, forcing, Sampling.BOTH, Caching.NOWHERE, capabilities);
  }

  /** What Claude can do is known in one place; here is how Converse takes it. */
  private static BedrockModel claude(String name) {
    Claude claude = Claude.of(name);
    BedrockEffort effort =
        switch (claude.thinking()) {
          case NONE -> BedrockEffort.NONE;
          case BUDGET -> BedrockEffort.BUDGET;
          case ADAPTIVE ->
              claude.hasExtraHighEffort() ? BedrockEffort.ADAPTIVE : BedrockEffort.ADAPTIVE_TO_HIGH;
        };
    if (claude.thinksAlways() || claude.thinksBetweenTools()) {
      effort = BedrockEffort.ADAPTIVE_ALWAYS;
    }
    Forcing forcing = claude.obeysToolChoice() ? Forcing.NAMED_TOOL : Forcing.NO_TOOL;
    Sampling sampling = Sampling.NEITHER;
    if (claude.takesSampling()) {
      sampling = claude.takesSamplingTwice() ? Sampling.BOTH : Sampling.ONE;
    }
    boolean isOldHaiku = name.contains("3-5-haiku"); // which sees elsewhere
    boolean isFirstSonnet = name.contains("20240620"); // of 3.5, with half of the answer
    Capabilities can =
        Capabilities.standard()
            .withTools(claude.version() >= 30)
            .withImages(claude.version() >= 30 && !isOldHaiku)
            .withJsonSchema(claude.obeysSchemas() && claude.version() != 47) // refused here
            .withContextWindow(claude.contextWindow())
            .withMaxOutputTokens(isFirstSonnet ? 4_096 : claude.maxOutputTokens());
    Caching caching = claude.version() >= 37 || isOldHaiku ? Caching.EVERYWHERE : Caching.NOWHERE;
    return new BedrockModel("anthropic", effort, forcing, sampling, caching, can);
  }

  private static BedrockModel amazon(String name) {
    if (!name.startsWith("nova")) {
      return plain("amazon", Forcing.NO_TOOL, TALKS); // Titan
    }
    boolean reasons = name.startsWith("nova-2");
    int window = 300_000; // Lite and Pro
    if (reasons || name.startsWith("nova-premier")) {
      window = 1_000_000;
    } else if (name.startsWith("nova-micro")) {
      window = 128_000;
    }
    return new BedrockModel(
        "amazon",
        reasons ? BedrockEffort.NOVA : BedrockEffort.NONE,
        Forcing.NAMED_TOOL,
        Sampling.BOTH,
        Caching.BUT_FOR_TOOLS,
        SEES.withImages(!name.contains("micro")).withContextWindow(window));
  }

  private static Capabilities llama(String name) {
    if (OLD_LLAMA.matcher(name).matches()) {
      return TALKS.withContextWindow(name.startsWith("llama2") ? 4_096 : 8_192);
    }
    return SEEING_LLAMA.matcher(name).matches() ? SEES : CALLS.withContextWindow(128_000);
  }

  private static Capabilities mistral(String name) {
    if (OLD_MISTRAL.matcher(name).matches()) {
      return TALKS.withContextWindow(32_000);
    }
    return BLIND_MISTRAL.matcher(name).matches() ? CALLS : Capabilities.standard();
  }

  private static BedrockModel deepseek(String name) {
    boolean isFirst = name.startsWith("r1"); // which always reasons
    return new BedrockModel(
        "deepseek",
        isFirst ? BedrockEffort.NONE : BedrockEffort.FLAT,
        Forcing.NO_TOOL,
        Sampling.BOTH,
        Caching.NOWHERE,
        isFirst ? TALKS : Capabilities.standard().withImages(false));
  }

  private static BedrockModel openai(String name) {
    boolean isOpen = name.startsWith("gpt-oss");
    return new BedrockModel(
        "openai",
        isOpen ? BedrockEffort.FLAT : BedrockEffort.NESTED,
        Forcing.NAMED_TOOL,
        Sampling.BOTH,
        Caching.NOWHERE,
        isOpen
            ? Capabilities.standard().withImages(false).withContextWindow(128_000)
            : Capabilities.standard());
  }
}
