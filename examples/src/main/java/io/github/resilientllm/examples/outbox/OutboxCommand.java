package io.github.resilientllm.examples.outbox;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.JdbcUrl;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Change;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.postgres.PostgresOutbox;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The command {@code outbox}: looks after the work that an outbox keeps. */
public final class OutboxCommand implements Command {
  private static final Set<String> ACTIONS = Set.of("list", "show", "cancel", "replay", "verify");
  private static final Set<String> LOOKS = Set.of("list", "show", "verify");
  private static final String DIRECTORY = "--outbox";
  private static final String STATE = "--state";
  private static final String ALL = "--all";

  @Override
  public String name() {
    return "outbox";
  }

  @Override
  public String summary() {
    return "The work that waits: list, show, cancel, replay, verify.";
  }

  @Override
  public String operands() {
    return "list | show ID | cancel ID | replay [ID] | verify";
  }

  @Override
  public String details() {
    return """

    list         what there is, the oldest first, and why it waits; --state dead for one state
    show ID      all of an item, also what was asked and answered
    cancel ID    ends it
    replay ID    lets one that was given up, cancelled or has expired begin anew; --all for all that were given up
    verify       whether all that was kept can be read

    In a directory, list, show and verify work beside the application that has the outbox; the others only without it. In a database all of them do.
    verify ends with 1 if it found damage, and names file, line and byte, or the item.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value(DIRECTORY, "DIR", "the directory that keeps the work (default outbox)"),
        JdbcUrl.option("it"),
        Option.value(STATE, "STATE", "list only what is so: waiting, answered, done, dead..."),
        Option.flag(ALL, "replay all that were given up"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    List<String> words = arguments.operands();
    String action = words.isEmpty() ? "" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw new UsageException("say what to do: outbox " + operands());
    }
    boolean isOfAll =
        action.equals("list")
            || action.equals("verify")
            || (action.equals("replay") && arguments.has(ALL));
    if (words.size() != (isOfAll ? 1 : 2)) {
      throw new UsageException(
          isOfAll
              ? "outbox " + action + " takes no ID" + (action.equals("replay") ? " with --all" : "")
              : "outbox "
                  + action
                  + " needs one ID"
                  + (action.equals("replay") ? ", or --all" : ""));
    }
    Query listed = listed(arguments);
    String id = isOfAll ? "" : words.get(1);
    try (Shelf shelf = open(arguments, LOOKS.contains(action))) {
      OutboxStore outbox = shelf.store();
      return switch (action) {
        case "list" -> list(outbox, listed, screen);
        case "show" -> show(outbox, id, screen);
        case "verify" -> verify(shelf.verify(), screen);
        case "cancel" -> change(outbox, Query.one(id), Change.CANCEL, "cancelled", screen);
        default ->
            change(
                outbox,
                isOfAll ? Query.all().in(ItemState.DEAD) : Query.one(id),
                Change.REPLAY,
                "waiting again",
                screen);
      };
    } catch (OutboxException failed) {
      screen.err().println("error: " + failed.getMessage());
      return 1;
    }
  }

  private static Query listed(Arguments arguments) throws UsageException {
    Optional<String> state = arguments.value(STATE);
    if (state.isEmpty()) {
      return Query.all();
    }
    try {
      return Query.all().in(ItemState.valueOf(state.get().toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException unknown) {
      throw new UsageException(
          "%s is one of %s, not \"%s\""
              .formatted(
                  STATE,
                  Arrays.stream(ItemState.values()).map(OutboxCommand::name).toList(),
                  state.get()));
    }
  }

  private static String name(ItemState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static Shelf open(Arguments arguments, boolean onlyLooks) throws UsageException {
    String url = arguments.value(JdbcUrl.OPTION).orElse("");
    if (!url.isEmpty()) {
      if (arguments.has(DIRECTORY)) {
        throw new UsageException("give " + DIRECTORY + " or " + JdbcUrl.OPTION + ", not both");
      }
      return new Shelf.InPostgres(PostgresOutbox.on(JdbcUrl.database(JdbcUrl.OPTION, url)), url);
    }
    String directory = arguments.value(DIRECTORY).orElse("outbox");
    try {
      FileOutbox.Builder builder = FileOutbox.builder(Path.of(directory));
      return new Shelf.InFiles((onlyLooks ? builder.onlyLooks() : builder).build());
    } catch (InvalidPathException noPath) {
      throw new UsageException(DIRECTORY + " is no path: \"" + directory + "\"");
    }
  }

  private static int list(OutboxStore outbox, Query query, Screen screen) {
    OutboxStore.Listing page = done(outbox.list(query));
    print(page.items(), screen);
    while (!page.next().isEmpty()) {
      page = done(outbox.list(query.from(page.next())));
      print(page.items(), screen);
    }
    OutboxStore.Counts counts = done(outbox.counts());
    screen
        .err()
        .printf(
            "%s%s%n",
            counts.items().isEmpty() ? "nothing waits" : counts.items(),
            counts.paused() ? ", paused" : "");
    return 0;
  }

  private static void print(List<OutboxItem> items, Screen screen) {
    for (OutboxItem item : items) {
      screen
          .out()
          .printf(
              "%s  %-9s  %-8s  %s  for %s%s%s%n",
              item.id(),
              item.state(),
              item.priority(),
              item.submittedAt(),
              item.handler(),
              item.tenant().isEmpty() ? "" : ", of " + item.tenant(),
              item.reason().isEmpty() ? "" : ": " + item.reason());
    }
  }

  private static int show(OutboxStore outbox, String id, Screen screen) {
    Optional<OutboxItem> found = done(outbox.find(id));
    if (found.isEmpty()) {
      return unknown(id, screen);
    }
    OutboxItem item = found.get();
    print(found.stream().toList(), screen);
    item.key().ifPresent(key -> screen.out().println("key         " + key));
    item.lane().ifPresent(lane -> screen.out().println("lane        " + lane));
    screen.out().println("not before  " + item.notBefore());
    screen.out().println("expires     " + item.expiresAt());
    screen
        .out()
        .printf(
            "failures    %d of its own, %d in doubt, %d of its handler, put off %d times%n",
            item.attempts(), item.doubts(), item.handlings(), item.setbacks());
    if (!item.work().isEmpty()) {
      screen.out().println("work        " + item.work());
    }
    item.answer().ifPresent(answer -> screen.out().println("answer      " + answer));
    return 0;
  }

  private static int unknown(String id, Screen screen) {
    screen.err().println("error: there is no item \"" + id + "\"; \"outbox list\" names all");
    return 1;
  }

  private static int change(
      OutboxStore outbox, Query which, Change how, String done, Screen screen) {
    int count = done(outbox.change(which, how));
    if (count == 0 && which.id().isPresent() && done(outbox.find(which.id().get())).isEmpty()) {
      return unknown(which.id().get(), screen);
    }
    screen.out().printf("%d %s %s%n", count, count == 1 ? "item is" : "items are", done);
    return 0;
  }

  private static int verify(List<Shelf.Check> checks, Screen screen) {
    for (Shelf.Check check : checks) {
      screen
          .out()
          .printf(
              "%-24s  %s  %s  %s%n",
              check.name(), check.damaged() ? "DAMAGED" : "ok", check.size(), check.place());
      check.problems().forEach(problem -> screen.out().println("    " + problem));
    }
    return checks.stream().anyMatch(Shelf.Check::damaged) ? 1 : 0;
  }

  /** Waits for the store; what it throws is what it says. */
  private static <T> T done(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof OutboxException failed) {
        throw failed;
      }
      throw e;
    }
  }
}
