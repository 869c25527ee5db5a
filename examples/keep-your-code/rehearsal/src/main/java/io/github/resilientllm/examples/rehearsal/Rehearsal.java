package io.github.resilientllm.examples.rehearsal;

import io.github.resilientllm.test.vendor.LocalVendor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two vendors on loopback ports, and the system properties by which the applications find them
 * there: so they run without network and keys. {@code --outage=none}, {@code =down} or {@code =cut}
 * among an application's arguments starts them; without it the application asks real vendors.
 */
public final class Rehearsal implements AutoCloseable {
  private static final String ARGUMENT = "--outage=";
  private static final Duration PER_WORD = Duration.ofMillis(40);

  private final Clerk clerk;
  private final LocalVendor first;
  private final LocalVendor second;

  private Rehearsal(Outage outage, Duration perWord) {
    this.clerk = new Clerk(outage, perWord);
    this.first = LocalVendor.start(clerk);
    this.second = LocalVendor.start(new Clerk(Outage.NONE, perWord));
  }

  /** Starts the vendors if an argument says so; they end with the process. */
  @SuppressWarnings("resource") // which is as long as they are needed
  public static void of(String... arguments) {
    Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(ARGUMENT))
        .map(argument -> argument.substring(ARGUMENT.length()).toUpperCase(Locale.ROOT))
        .findFirst()
        .ifPresent(outage -> new Rehearsal(Outage.valueOf(outage), PER_WORD).announce());
  }

  /** Starts the vendors, which are well and quick, and says where they are. */
  public static Rehearsal start() {
    Rehearsal rehearsal = new Rehearsal(Outage.NONE, Duration.ZERO);
    rehearsal.announce();
    return rehearsal;
  }

  /** The trouble that the first vendor has from now on. */
  public void outage(Outage outage) {
    clerk.outage(outage);
  }

  private void announce() {
    System.setProperty("spring.ai.openai.base-url", first.baseUrl());
    System.setProperty("spring.ai.openai.api-key", "not-a-secret");
    System.setProperty("resilient-llm.providers.anthropic.base-url", second.baseUrl());
    System.setProperty("resilient-llm.providers.anthropic.api-key", "not-a-secret");
    System.setProperty("openai.url", first.baseUrl());
    System.setProperty("mistral.url", second.baseUrl());
  }

  /** How many requests the first vendor saw. */
  public int requestsToTheFirst() {
    return first.requests().size();
  }

  /** How many requests the second vendor saw. */
  public int requestsToTheSecond() {
    return second.requests().size();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
