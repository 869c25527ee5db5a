package io.github.resilientllm.examples.record;

import io.github.resilientllm.examples.cli.Arguments;
import io.github.resilientllm.examples.cli.Command;
import io.github.resilientllm.examples.cli.Option;
import io.github.resilientllm.examples.cli.Screen;
import io.github.resilientllm.examples.cli.UsageException;
import io.github.resilientllm.test.vendor.Recorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Records a real vendor's answers until its input ends. */
public final class RecordCommand implements Command {

  @Override
  public String name() {
    return "record";
  }

  @Override
  public String summary() {
    return "Record a real vendor's answers and their timings, without keys and content.";
  }

  @Override
  public String details() {
    return """
        A proxy: give its address to your application in place of the vendor's, and press Enter
        when you have seen enough. Of requests only the path is kept; of answers the structure, the
        numbers and the timings, and of texts the length. vendor.plays(Recording.read(file)) plays it.
        """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        Option.value("--from", "URL", "the vendor, such as https://api.openai.com"),
        Option.value("--to", "FILE", "where the answers are added"),
        Option.value("--port", "N", "the proxy's port (default any that is free)"),
        Option.value("--keep", "NAMES", "fields whose strings are kept, such as message,name"),
        Option.refused("--key", "the proxy needs none: your application's is passed on"));
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UsageException {
    String from = needed(arguments, "--from");
    Path file = Path.of(needed(arguments, "--to"));
    int port = (int) arguments.number("--port", 0, 0, 65_535);
    Set<String> kept = Set.copyOf(List.of(arguments.value("--keep").orElse("").split(",", -1)));
    try (Recorder recorder = Recorder.start(URI.create(from), file, port, kept)) {
      screen.out().println("Recording " + recorder.root() + " until Enter.");
      screen.out().flush();
      String unused = screen.in().readLine(); // or the end of the input
      screen.out().println(recorder.recorded() + " answers are in " + file.toAbsolutePath());
      if (recorder.passedOver() > 0) {
        screen.out().println(recorder.passedOver() + " were no text, or too long, and are not.");
      }
      return recorder.recorded() > 0 ? 0 : 1;
    } catch (IllegalArgumentException wrong) {
      throw new UsageException("--from: " + wrong.getMessage());
    } catch (IOException | UncheckedIOException e) {
      throw new UsageException("--to: " + e.getMessage());
    }
  }

  private static String needed(Arguments arguments, String option) throws UsageException {
    return arguments
        .value(option)
        .orElseThrow(() -> new UsageException(option + " is needed; see help record"));
  }
}
