package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What happened, as bars in lanes: the calls, the attempts as far as the client tells of them, and
 * each request as its vendor saw it. Without any text of a question or an answer.
 */
public final class Timeline {
  private static final int WIDTH = 640;
  private static final int LANE = 26;
  private static final int LABEL = 90;

  /** More would be one black beam. */
  private static final int MOST_BARS = 2_000;

  /** For pages that hold timelines: the colours of the bars. */
  public static final String STYLE =
      """
      svg{display:block;margin:.4rem 0}rect.well{fill:#3a8f4d}rect.failed{fill:#c4473c}
      rect.left{fill:#9a9a9a}text{font:11px system-ui,sans-serif;fill:#444}
      """;

  private final List<Bar> bars;

  private Timeline(List<Bar> bars) {
    this.bars = bars;
  }

  /**
   * A time in which something happened.
   *
   * @param lane whose: the client's, or a vendor's
   * @param from since the beginning
   * @param state {@code well}, {@code failed}, or {@code left} by the client
   * @param label what happened
   */
  public record Bar(String lane, Duration from, Duration lasted, String state, String label) {}

  /**
   * What the client says of one attempt of a call.
   *
   * @param target whom it asked
   * @param from since the call began
   * @param failure what became of it; empty if it was answered
   */
  public record Attempt(String target, Duration from, Duration lasted, String failure) {}

  /** An empty one, of which nothing is known. */
  public static Timeline empty() {
    return new Timeline(List.of());
  }

  /** What calls were made and what their vendors saw, from the first of either on. */
  public static Timeline of(List<Call> calls, List<Vendor> vendors) {
    return of(calls, calls.stream().map(Call::attempts).toList(), vendors);
  }

  /**
   * The same, with the client's own view.
   *
   * @param attempts for each call, as far as they are known
   */
  public static Timeline of(List<Call> calls, List<List<Attempt>> attempts, List<Vendor> vendors) {
    Set<Long> begins = new LinkedHashSet<>();
    calls.forEach(call -> begins.add(call.startedAt()));
    vendors.forEach(vendor -> vendor.requests().forEach(seen -> begins.add(seen.arrived())));
    // The clock of nanoTime has no zero: only differences say what is earlier.
    long start = begins.stream().min((a, b) -> Long.signum(a - b)).orElse(0L);
    List<Bar> bars = new ArrayList<>();
    for (Call call : calls) {
      bars.add(bar(call, start));
    }
    for (int i = 0; i < attempts.size(); i++) {
      Duration begun = since(calls.get(i).startedAt(), start);
      attempts.get(i).forEach(attempt -> bars.add(bar(attempt, begun)));
    }
    for (Vendor vendor : vendors) {
      vendor.requests().forEach(seen -> bars.add(bar(vendor, seen, start)));
    }
    return new Timeline(List.copyOf(bars.subList(0, Math.min(MOST_BARS, bars.size()))));
  }

  /** What happened, lane by lane. */
  public List<Bar> bars() {
    return bars;
  }

  /** As an SVG, a lane for each; empty if nothing is known. */
  public String svg() {
    if (bars.isEmpty()) {
      return "";
    }
    Map<String, List<Bar>> lanes = new LinkedHashMap<>();
    bars.forEach(bar -> lanes.computeIfAbsent(bar.lane(), lane -> new ArrayList<>()).add(bar));
    Duration end =
        bars.stream()
            .map(bar -> bar.from().plus(bar.lasted()))
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    double perNano = (WIDTH - LABEL) / (double) Math.max(1, end.toNanos());
    StringBuilder out = new StringBuilder(4096);
    out.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" aria-label=\"timeline\" width=\"%d\" height=\"%d\">",
            WIDTH,
            lanes.size() * LANE + 16));
    int top = 2;
    for (Map.Entry<String, List<Bar>> lane : lanes.entrySet()) {
      label(out, 0, top + 15, lane.getKey());
      for (Bar bar : lane.getValue()) {
        out.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s"
                    + "</title></rect>",
                bar.state(),
                LABEL + bar.from().toNanos() * perNano,
                top,
                Math.max(2, bar.lasted().toNanos() * perNano),
                LANE - 6,
                escaped(bar.label() + ", from " + seconds(bar.from()))));
      }
      top += LANE;
    }
    label(out, LABEL, top + 10, "0");
    label(out, WIDTH - 50, top + 10, seconds(end));
    return out.append("</svg>").toString();
  }

  /**
   * As a page of its own.
   *
   * @param title what it is about
   * @param sentences what is to be said of it, one each paragraph
   */
  public String page(String title, List<String> sentences) {
    StringBuilder out = new StringBuilder(8192);
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>");
    out.append(escaped(title)).append("</title><style>");
    out.append("body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}");
    out.append(STYLE).append("</style></head><body><h1>").append(escaped(title)).append("</h1>\n");
    sentences.forEach(each -> out.append("<p>").append(escaped(each)).append("</p>\n"));
    out.append(svg()).append("\n<table>");
    for (Bar bar : bars) {
      out.append("<tr><td>").append(escaped(bar.lane())).append("</td><td>");
      out.append(seconds(bar.from())).append("</td><td>").append(escaped(bar.label()));
      out.append("</td></tr>\n");
    }
    return out.append("</table></body></html>\n").toString();
  }

  /** Text as it stands in HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static Bar bar(Call call, long start) {
    boolean isWell = call.heard().map(heard -> heard.what() == Heard.What.WHOLE).orElse(false);
    String label =
        call.heard()
            .map(Heard::toString)
            .orElseGet(() -> call.failure().map(f -> f.getClass().getSimpleName()).orElse(""));
    return new Bar(
        "call",
        since(call.startedAt(), start),
        call.took(),
        isWell ? "well" : "failed",
        call.isOverdue() ? label + ", and it did not end by itself" : label);
  }

  private static Bar bar(Attempt attempt, Duration begun) {
    boolean isWell = attempt.failure().isEmpty();
    return new Bar(
        "attempts",
        begun.plus(attempt.from()),
        attempt.lasted(),
        isWell ? "well" : "failed",
        attempt.target() + ": " + (isWell ? "answered" : attempt.failure()));
  }

  private static Bar bar(Vendor vendor, Seen seen, long start) {
    String state =
        switch (seen.end()) {
          case DONE -> seen.status() == 200 ? "well" : "failed";
          case CUT -> "failed";
          case CLIENT_LEFT, UNDER_WAY -> "left";
        };
    return new Bar(
        vendor.name(), since(seen.arrived(), start), seen.lasted(), state, seen.toString());
  }

  private static Duration since(long instant, long start) {
    return Duration.ofNanos(instant - start);
  }

  private static void label(StringBuilder out, int x, int y, String label) {
    out.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\">");
    out.append(escaped(label)).append("</text>");
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f s", time.toNanos() / 1e9);
  }
}
