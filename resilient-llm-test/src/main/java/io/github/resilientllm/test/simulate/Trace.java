package io.github.resilientllm.test.simulate;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.test.time.Incident;
import io.github.resilientllm.test.time.VirtualModel;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Incidents over time, as the history of a status page gives them.
 *
 * <p>In a file each is a line {@code target,from,lasting,effect,share}: two ISO durations, such as
 * {@code P3DT14H} and {@code PT45M}; an effect, which is {@code SILENT}, {@code CUT}, {@code LATE}
 * (by ten seconds) or the name of an {@link ErrorKind}; and the share of the requests that it
 * strikes. Empty lines, and those that begin with {@code #}, are passed over.
 */
public final class Trace {
  private static final int MOST = 100_000;
  private static final Duration LATE = Duration.ofSeconds(10);

  private final List<Line> lines;

  private Trace(List<Line> lines) {
    this.lines = lines;
  }

  /**
   * One incident.
   *
   * @param target the name of a {@link SimulatedTarget}
   */
  record Line(String target, Duration from, Duration lasting, String effect, double share) {}

  /** None. */
  public static Trace quiet() {
    return new Trace(List.of());
  }

  /**
   * Reads a trace.
   *
   * @throws IllegalArgumentException if a line is none, with its number and what it should be
   */
  public static Trace parse(String csv) {
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String text : csv.lines().toList()) {
      number++;
      if (text.isBlank() || text.startsWith("#") || text.startsWith("target,")) {
        continue;
      }
      if (lines.size() == MOST) {
        throw new IllegalArgumentException("A trace has at most " + MOST + " incidents");
      }
      lines.add(line(number, text));
    }
    return new Trace(List.copyOf(lines));
  }

  /** The incidents of this target alone. */
  public Trace of(String target) {
    return new Trace(lines.stream().filter(line -> line.target().equals(target)).toList());
  }

  List<Line> lines() {
    return lines;
  }

  /** Whether a target is in trouble at an instant. */
  boolean isSick(String target, Duration at) {
    return lines.stream()
        .anyMatch(
            line ->
                line.target().equals(target)
                    && at.compareTo(line.from()) >= 0
                    && at.compareTo(line.from().plus(line.lasting())) < 0);
  }

  /** Gives a model its incidents. */
  void strike(String target, VirtualModel model) {
    for (Line line : lines) {
      if (line.target().equals(target)) {
        incident(line, model).from(line.from()).lasting(line.lasting()).forShare(line.share());
      }
    }
  }

  private static Incident incident(Line line, VirtualModel model) {
    return switch (line.effect()) {
      case "SILENT" -> model.isSilent();
      case "CUT" -> model.cuts();
      case "LATE" -> model.isLateBy(LATE);
      default -> model.fails(ErrorKind.valueOf(line.effect()));
    };
  }

  private static Line line(int number, String text) {
    String[] fields = text.split(",", -1);
    if (fields.length != 5) {
      throw wrong(number, "has " + fields.length + " fields, not 5", null);
    }
    try {
      String effect = fields[3].strip().toUpperCase(Locale.ROOT);
      boolean isKind =
          Arrays.stream(ErrorKind.values()).anyMatch(kind -> kind.name().equals(effect));
      if (!isKind && !List.of("SILENT", "CUT", "LATE").contains(effect)) {
        throw wrong(number, "has the effect \"" + fields[3] + "\"", null);
      }
      double share = Double.parseDouble(fields[4].strip());
      if (!(share > 0) || share > 1) {
        throw wrong(number, "strikes a share of " + fields[4], null);
      }
      return new Line(
          fields[0].strip(),
          Duration.parse(fields[1].strip()),
          Duration.parse(fields[2].strip()),
          effect,
          share);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw wrong(number, "has a field that cannot be read: " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException wrong(
      int number, String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "Line "
            + number
            + " of the trace "
            + what
            + "; an incident is target,from,lasting,effect,share, such as"
            + " gpt,P3DT14H,PT45M,OVERLOADED,0.7",
        cause);
  }
}
