package io.github.resilientllm.examples.journal;

import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.util.List;
import java.util.Set;

/** The command {@code journal}: looks after the conversations that {@code chat} keeps. */
public final class JournalCommand implements Command {
  private static final Set<String> ACTIONS =
      Set.of("list", "show", "verify", "repair", "export", "delete", "copy");
  private static final Set<String> OF_ALL_TOO = Set.of("verify", "copy");

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String summary() {
    return "The conversations that are kept: list, show, verify, repair, export, delete, copy.";
  }

  @Override
  public String operands() {
    return "list | show ID | verify [ID] | repair ID | export ID | delete ID | copy [ID]";
  }

  @Override
  public String details() {
    return """

        list         every conversation, the last used first: where it stands, its last activity, its size
        show ID      what was said, and what was left open
        verify ID    whether all that was kept can be read; --all for every conversation
        repair ID    keeps all of a damaged conversation that can be read, and sets the rest aside
        export ID    all of it as JSON
        delete ID    for good
        copy ID      to the journal that --to names, from files to a database or the other way; --all for
                     every conversation that the target has not: so a journal moves

        verify ends with 1 if it found damage, and names the place.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        JournalPlace.option(),
        JournalPlace.jdbcUrl(),
        Option.value(JournalPlace.TO, "PLACE", "a directory or JDBC URL to copy to"),
        Option.flag("--all", "verify or copy every conversation"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    List<String> words = arguments.operands();
    String action = words.isEmpty() ? "" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw new UsageException("say what to do: journal " + operands());
    }
    boolean ofAll =
        action.equals("list") || (OF_ALL_TOO.contains(action) && arguments.has("--all"));
    if (words.size() != (ofAll ? 1 : 2)) {
      throw new UsageException(
          ofAll
              ? "journal " + action + " takes no ID" + (action.equals("list") ? "" : " with --all")
              : "journal "
                  + action
                  + " needs one ID"
                  + (OF_ALL_TOO.contains(action) ? ", or --all" : ""));
    }
    String id = ofAll ? "" : words.get(1);
    try (Store store = JournalPlace.store(arguments)) {
      return switch (action) {
        case "list" -> list(store.journal(), screen);
        case "copy" -> copy(id, store, arguments, screen);
        default -> run(action, id, store, screen);
      };
    } catch (IllegalArgumentException wrongId) {
      throw new UsageException(String.valueOf(wrongId.getMessage()));
    } catch (JournalException failed) {
      screen.err().println("error: " + failed.getMessage());
      return 1;
    }
  }

  private static int run(String action, String id, Store store, Screen screen) {
    if (action.equals("verify") && id.isEmpty()) {
      return verify(store.verifyAll(), screen);
    }
    if (Done.of(store.journal().head(id)).isEmpty()) {
      screen
          .err()
          .println("error: there is no conversation \"" + id + "\"; \"journal list\" names all");
      return 1;
    }
    return switch (action) {
      case "verify" -> verify(store.verify(id), screen);
      case "show" -> new Kept(store.journal(), id).show(screen);
      case "export" -> {
        screen.out().println(new Kept(store.journal(), id).conversation().export());
        yield 0;
      }
      case "repair" -> repair(id, store, screen);
      default -> {
        Done.of(store.journal().delete(id));
        screen.out().println("deleted " + id);
        yield 0;
      }
    };
  }

  private static int copy(String id, Store store, Arguments arguments, Screen screen)
      throws UsageException {
    try (Store target = JournalPlace.target(arguments)) {
      Copying copying = new Copying(store.journal(), target.journal());
      List<String> ids = id.isEmpty() ? ids(store.journal()) : List.of(id);
      int failed = 0;
      for (String one : ids) {
        failed += copy(one, copying, screen) ? 0 : 1;
      }
      screen
          .out()
          .printf("copied %,d of %,d to %s%n", ids.size() - failed, ids.size(), target.place());
      return failed == 0 ? 0 : 1;
    }
  }

  /** One that cannot be copied stays where it is, and holds the others up no more. */
  private static boolean copy(String id, Copying copying, Screen screen) {
    try {
      if (Done.of(copying.from().head(id)).isEmpty()) {
        screen.err().println("error: there is no conversation \"" + id + "\"");
        return false;
      }
      screen.out().printf("%-20s  %,d entries%n", id, copying.copy(id));
      return true;
    } catch (JournalException failed) {
      screen.err().println("error: " + failed.getMessage());
      return false;
    }
  }

  private static List<String> ids(Journal journal) {
    return Done.of(journal.list()).stream().map(Journal.Head::conversation).toList();
  }

  private static int list(Journal journal, Screen screen) {
    Journal.Query query = Journal.Query.all();
    Journal.Listing page = Done.of(journal.list(query));
    if (page.heads().isEmpty()) {
      screen.err().println("no conversations");
    }
    print(page, screen);
    while (!page.isLast()) {
      page = Done.of(journal.list(query.from(page.next())));
      print(page, screen);
    }
    return 0;
  }

  private static void print(Journal.Listing page, Screen screen) {
    for (Journal.Head one : page.heads()) {
      screen
          .out()
          .printf(
              "%-20s  %-18s  %s  %,d bytes%n",
              one.conversation(), one.state(), one.lastActivity(), one.bytes());
    }
  }

  private static int verify(List<Store.Check> checks, Screen screen) {
    for (Store.Check check : checks) {
      screen
          .out()
          .printf(
              "%-20s  %s  %,d entries, %,d bytes  %s%n",
              check.conversation(),
              check.damaged() ? "DAMAGED" : "ok",
              check.entries(),
              check.bytes(),
              check.place());
      check.problems().forEach(problem -> screen.out().println("    " + problem));
    }
    return checks.stream().anyMatch(Store.Check::damaged) ? 1 : 0;
  }

  private static int repair(String id, Store store, Screen screen) {
    for (Store.Check before : store.repair(id)) {
      before.problems().forEach(problem -> screen.out().println("    " + problem));
      screen
          .out()
          .println(
              before.damaged()
                  ? "repaired; " + store.aside(before)
                  : "not damaged, nothing was changed");
    }
    return 0;
  }
}
