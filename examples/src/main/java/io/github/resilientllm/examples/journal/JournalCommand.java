package io.github.resilientllm.examples.journal;

import io.github.resilientllm.FileJournal;
import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The command {@code journal}: looks after the conversations that {@code chat} keeps. */
public final class JournalCommand implements Command {
  private static final Set<String> ACTIONS =
      Set.of("list", "show", "verify", "repair", "export", "delete");

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String summary() {
    return "The conversations that are kept: list, show, verify, repair, export, delete.";
  }

  @Override
  public String operands() {
    return "list | show ID | verify [ID] | repair ID | export ID | delete ID";
  }

  @Override
  public String details() {
    return """

        list         every conversation, the last used first: where it stands, its last activity, its size
        show ID      what was said, and what was left open
        verify ID    whether all that was kept can be read; --all for every conversation
        repair ID    keeps all of a damaged conversation that can be read, and sets the damaged file aside
        export ID    all of it as JSON
        delete ID    for good

        verify ends with 1 if it found damage, and names file, line and byte.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(JournalPlace.option(), Option.flag("--all", "verify every conversation"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    List<String> words = arguments.operands();
    String action = words.isEmpty() ? "" : words.get(0);
    if (!ACTIONS.contains(action)) {
      throw new UsageException("say what to do: journal " + operands());
    }
    boolean ofAll = action.equals("list") || (action.equals("verify") && arguments.has("--all"));
    if (words.size() != (ofAll ? 1 : 2)) {
      throw new UsageException(
          ofAll
              ? "journal " + action + " takes no ID" + (action.equals("list") ? "" : " with --all")
              : "journal "
                  + action
                  + " needs one ID"
                  + (action.equals("verify") ? ", or --all" : ""));
    }
    try (FileJournal journal = JournalPlace.of(arguments)) {
      return ofAll && action.equals("list")
          ? list(journal, screen)
          : run(action, ofAll ? "" : words.get(1), journal, screen);
    } catch (IllegalArgumentException wrongId) {
      throw new UsageException(String.valueOf(wrongId.getMessage()));
    } catch (JournalException failed) {
      screen.err().println("error: " + failed.getMessage());
      return 1;
    }
  }

  private static int run(String action, String id, FileJournal journal, Screen screen) {
    if (action.equals("verify")) {
      return verify(id.isEmpty() ? journal.verifyAll() : List.of(journal.verify(id)), screen);
    }
    if (done(journal.head(id)).isEmpty()) {
      screen
          .err()
          .println("error: there is no conversation \"" + id + "\"; \"journal list\" names all");
      return 1;
    }
    Kept kept = new Kept(journal, id);
    return switch (action) {
      case "show" -> kept.show(screen);
      case "export" -> {
        screen.out().println(kept.conversation().export());
        yield 0;
      }
      case "repair" -> repair(journal.repair(id), screen);
      default -> {
        done(journal.delete(id));
        screen.out().println("deleted " + id);
        yield 0;
      }
    };
  }

  private static int list(FileJournal journal, Screen screen) {
    Journal.Query query = Journal.Query.all();
    Journal.Listing page = done(journal.list(query));
    if (page.heads().isEmpty()) {
      screen.err().println("no conversations");
    }
    print(page, screen);
    while (!page.isLast()) {
      page = done(journal.list(query.from(page.next())));
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

  private static int verify(List<FileJournal.Check> checks, Screen screen) {
    for (FileJournal.Check check : checks) {
      screen
          .out()
          .printf(
              "%-20s  %s  %,d entries, %,d bytes  %s%n",
              check.conversation(),
              check.damaged() ? "DAMAGED" : "ok",
              check.entries(),
              check.bytes(),
              check.file());
      check.problems().forEach(problem -> screen.out().println("    " + problem));
    }
    return checks.stream().anyMatch(FileJournal.Check::damaged) ? 1 : 0;
  }

  private static int repair(FileJournal.Check before, Screen screen) {
    before.problems().forEach(problem -> screen.out().println("    " + problem));
    screen
        .out()
        .println(
            before.damaged()
                ? "repaired; the damaged file stands beside " + before.file()
                : "not damaged, nothing was changed");
    return 0;
  }

  /** Waits for the journal; what it throws is what it says. */
  private static <T> T done(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof JournalException failed) {
        throw failed;
      }
      throw e;
    }
  }
}
