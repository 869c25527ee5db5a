package io.github.resilientllm.examples.chat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Nearest;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The vendors that a command line asks for. No vendor is shown a key that is not its own or was not
 * named for it.
 */
final class Vendors {
  private static final String FALLBACK_KEY_ENV = "--fallback-key-env";

  private final Arguments arguments;
  private final Map<String, String> environment;
  private final Place first;

  private Vendors(Arguments arguments, Map<String, String> environment) throws UsageException {
    this.arguments = arguments;
    this.environment = environment;
    this.first = first();
  }

  static ResilientLlm.Builder offline(String baseUrl) {
    LlmProvider local = OpenAi.model("words").dialect(Dialect.COMPATIBLE).baseUrl(baseUrl).build();
    return ResilientLlm.with(Target.of(local).named("offline"));
  }

  static ResilientLlm.Builder fromArguments(Arguments arguments, Map<String, String> environment)
      throws UsageException {
    return new Vendors(arguments, environment).client();
  }

  private ResilientLlm.Builder client() throws UsageException {
    Set<String> names = new LinkedHashSet<>();
    ResilientLlm.Builder llm = ResilientLlm.with(target(first, firstModel(), names));
    List<String> fallbacks = arguments.values("--fallback");
    if (fallbackUrl().isPresent() && fallbacks.isEmpty()) {
      throw new UsageException("--fallback-base-url needs a model: --fallback NAME");
    }
    Set<Vendor> keyed = new LinkedHashSet<>();
    for (String fallback : fallbacks) {
      Choice choice = Choice.of(fallback, first);
      keyed.add(choice.vendor());
      llm.fallback(target(place(choice), choice.model(), names));
    }
    if (keyed.size() > 1 && fallbackUrl().isEmpty() && arguments.has(FALLBACK_KEY_ENV)) {
      throw new UsageException(
          FALLBACK_KEY_ENV
              + " names one key, and the fallbacks are of several vendors; leave it away, and each has"
              + " its own variable");
    }
    return llm;
  }

  private Target target(Place place, String model, Set<String> names) throws UsageException {
    Target target = place.target(model, environment);
    if (!names.add(target.name())) {
      throw new UsageException(target.name() + " is asked twice; name it once");
    }
    return target;
  }

  private String firstModel() throws UsageException {
    Optional<String> model = arguments.value("--model").or(() -> first.vendor().defaultModel());
    return model.orElseThrow(
        () ->
            new UsageException(
                "--vendor " + first.vendor().word() + " needs a model: --model NAME"));
  }

  /** A server of another address gets a key only if one is named for it. */
  private Place first() throws UsageException {
    Vendor vendor = Vendor.named(arguments.value("--vendor").orElse(Vendor.OPENAI.word()));
    Optional<String> url = arguments.value("--base-url");
    Optional<String> named = arguments.value("--key-env");
    Optional<ApiKey> key =
        named.isPresent()
            ? key(named.get(), "--key-env")
            : url.isPresent() ? Optional.empty() : ownKey(vendor, "--key-env");
    return new Place(vendor, url, key);
  }

  private Place place(Choice choice) throws UsageException {
    Vendor vendor = choice.vendor();
    Optional<String> url = fallbackUrl();
    Optional<String> named = arguments.value(FALLBACK_KEY_ENV);
    if (named.isPresent() || url.isPresent()) {
      Optional<ApiKey> key =
          named.isPresent() ? key(named.get(), FALLBACK_KEY_ENV) : Optional.empty();
      return new Place(vendor, url.isEmpty() && choice.isAtFirst() ? first.url() : url, key);
    }
    return choice.isAtFirst()
        ? first
        : new Place(vendor, Optional.empty(), ownKey(vendor, FALLBACK_KEY_ENV));
  }

  private Optional<String> fallbackUrl() {
    return arguments.value("--fallback-base-url");
  }

  private Optional<ApiKey> ownKey(Vendor vendor, String option) throws UsageException {
    return vendor.keyVariable().isEmpty() ? Optional.empty() : key(vendor.keyVariable(), option);
  }

  private Optional<ApiKey> key(String variable, String option) throws UsageException {
    String key = environment.getOrDefault(variable, "").strip();
    if (key.isEmpty()) {
      throw new UsageException(
          "no key: set "
              + variable
              + ", name another variable with "
              + option
              + ", or try \"chat --offline\", which needs none");
    }
    try {
      return Optional.of(ApiKey.of(key));
    } catch (IllegalArgumentException notAKey) {
      throw new UsageException(variable + ": " + notAKey.getMessage());
    }
  }

  /**
   * What one {@code --fallback} says.
   *
   * @param isAtFirst whether the first vendor's server and key are meant
   */
  private record Choice(Vendor vendor, String model, boolean isAtFirst) {

    /** {@code VENDOR/MODEL}, or the first vendor's model, in whose name a slash may stand too. */
    static Choice of(String text, Place first) throws UsageException {
      int slash = text.indexOf('/');
      String word = slash < 0 ? text : text.substring(0, slash);
      Vendor named = Vendor.find(word).orElse(null);
      if (named != null && slash >= 0) {
        String model = text.substring(slash + 1);
        if (model.isEmpty()) {
          throw new UsageException("--fallback " + text + " names no model");
        }
        return new Choice(named, model, named == first.vendor() && first.url().isEmpty());
      }
      if (!first.takesAnyName() && named != null) {
        throw new UsageException(
            "--fallback " + text + " names no model; give both: --fallback " + word + "/MODEL");
      }
      String hint = slash < 0 ? "" : Nearest.hint(word, Vendor.words());
      if (!first.takesAnyName() && !hint.isEmpty()) {
        throw new UsageException("unknown vendor \"" + word + "\" in --fallback" + hint);
      }
      return new Choice(first.vendor(), text, true);
    }
  }
}
