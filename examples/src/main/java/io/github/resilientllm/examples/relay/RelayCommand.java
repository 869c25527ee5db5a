package io.github.resilientllm.examples.relay;

import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.examples.chat.Vendor;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.test.vendor.LocalVendor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command {@code relay}: OpenAI begins, and is killed while its tool runs; so is Anthropic, and
 * Gemini finishes.
 */
public final class RelayCommand implements Command {
  private static final List<Vendor> VENDORS =
      List.of(Vendor.OPENAI, Vendor.ANTHROPIC, Vendor.GEMINI);

  /** No ordinary program may listen there, so that nothing does. */
  private static final String CLOSED_PORT = "http://127.0.0.1:1";

  private final Map<String, String> environment;

  private RelayCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** The command, taking keys from these variables. */
  public static RelayCommand withEnvironment(Map<String, String> environment) {
    return new RelayCommand(environment);
  }

  @Override
  public String name() {
    return "relay";
  }

  @Override
  public String summary() {
    return "One conversation with tools that three vendors run in turn, as one after the other is killed.";
  }

  @Override
  public String details() {
    return """

        OpenAI is asked first and killed while the tool runs that it called for; Anthropic goes on with the
        history as it is, and is killed in the same way; Gemini finishes.

        The vendors are local ones, unless OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY are all set:
        then the real ones are asked, which costs a few hundred tokens, and to kill one means that its
        requests go to a port where nobody listens.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(Option.flag("--offline", "ask local vendors even if all keys are set"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    boolean isReal =
        !arguments.has("--offline") && VENDORS.stream().noneMatch(vendor -> key(vendor).isEmpty());
    if (isReal) {
      screen.out().println("The real vendors are asked, as their keys are set.\n");
      return run(real(), screen);
    }
    screen.out().println("Local vendors are asked; with all three keys set, the real ones are.\n");
    List<LocalVendor> started = new ArrayList<>();
    try {
      return run(local(started), screen);
    } finally {
      started.forEach(LocalVendor::close);
    }
  }

  private static int run(List<Runner> runners, Screen screen) {
    try {
      new Relay(runners, screen.out()).run();
      return 0;
    } catch (LlmException failed) {
      screen.err().println("error: nobody answered: " + failed.getMessage());
      for (Attempt attempt : failed.attempts()) {
        screen.err().println("  " + attempt);
      }
      return 1;
    }
  }

  private List<Runner> local(List<LocalVendor> started) throws UsageException {
    List<Runner> runners = new ArrayList<>();
    for (Vendor vendor : VENDORS) {
      LocalVendor local = LocalVendor.start(new Clerk());
      started.add(local);
      LlmProvider provider = provider(vendor, Optional.of(local.baseUrl()), Optional.empty());
      runners.add(new Runner(vendor.word(), provider, local::close));
    }
    return runners;
  }

  private List<Runner> real() throws UsageException {
    List<Runner> runners = new ArrayList<>();
    for (Vendor vendor : VENDORS) {
      LlmProvider alive = provider(vendor, Optional.empty(), Optional.of(apiKey(vendor)));
      // A dead vendor is shown no key: whoever listens there is not the vendor.
      LlmProvider dead = provider(vendor, Optional.of(CLOSED_PORT), Optional.empty());
      Mortal mortal = new Mortal(alive, dead);
      runners.add(new Runner(vendor.word(), mortal, mortal::die));
    }
    return runners;
  }

  private LlmProvider provider(Vendor vendor, Optional<String> url, Optional<ApiKey> key)
      throws UsageException {
    return vendor.provider(vendor.defaultModel().orElseThrow(), url, key, environment);
  }

  private String key(Vendor vendor) {
    return environment.getOrDefault(vendor.keyVariable(), "").strip();
  }

  private ApiKey apiKey(Vendor vendor) throws UsageException {
    try {
      return ApiKey.of(key(vendor));
    } catch (IllegalArgumentException notAKey) {
      throw new UsageException(vendor.keyVariable() + ": " + notAKey.getMessage());
    }
  }
}
