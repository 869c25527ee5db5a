package io.github.resilientllm.test.simulate;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Forecasts side by side, as a page of HTML with bars, or as a table of text. */
public final class ForecastPage {
  private static final String STYLE =
      """
      body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}
      table{border-collapse:collapse;margin-bottom:2rem}td,th{padding:.3rem .8rem;border:1px solid #ddd;text-align:right}
      td:first-child,th:first-child{text-align:left}rect{fill:#3a6f9f}text{font:12px system-ui,sans-serif;fill:#333}
      """;
  private static final int BAR = 24;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("answered", f -> f.availability() * 100, "%.3f %%"),
          new Column("p50", f -> f.median().toMillis() / 1e3, "%.2f s"),
          new Column("p99", f -> f.slowest().toMillis() / 1e3, "%.2f s"),
          new Column("requests", Forecast::requests, "%.0f"),
          new Column("output tokens", Forecast::tokens, "%.0f"),
          new Column("cost", Forecast::cost, "%.2f"),
          new Column("requests a call to the sick", Forecast::loadOnTheSick, "%.2f"),
          new Column("guessed requests", Forecast::guessed, "%.0f"));

  private ForecastPage() {}

  private record Column(String title, ToDoubleFunction<Forecast> value, String format) {
    String shown(Forecast forecast) {
      return String.format(Locale.ROOT, format, value.applyAsDouble(forecast));
    }
  }

  /** A table of Markdown. */
  public static String table(List<Forecast> forecasts) {
    StringBuilder table = new StringBuilder(1024);
    row(table, "policy", Column::title);
    row(table, "---", column -> "---:");
    for (Forecast forecast : forecasts) {
      row(table, forecast.policy(), column -> column.shown(forecast));
    }
    return table.toString();
  }

  /** A page. */
  public static String html(List<Forecast> forecasts) {
    StringBuilder out = new StringBuilder(16 << 10);
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    out.append("<title>Forecast</title><style>").append(STYLE).append("</style></head><body>");
    out.append("<h1>Forecast</h1><table><thead><tr><th>policy</th>");
    COLUMNS.forEach(column -> out.append("<th>").append(column.title()).append("</th>"));
    out.append("</tr></thead><tbody>");
    for (Forecast forecast : forecasts) {
      out.append("<tr><td>").append(escaped(forecast.policy())).append("</td>");
      COLUMNS.forEach(column -> out.append("<td>").append(column.shown(forecast)).append("</td>"));
      out.append("</tr>\n");
    }
    out.append("</tbody></table>");
    COLUMNS.forEach(column -> bars(out, column, forecasts));
    return out.append("</body></html>\n").toString();
  }

  private static void bars(StringBuilder out, Column column, List<Forecast> forecasts) {
    double most = forecasts.stream().mapToDouble(column.value()).max().orElse(1);
    out.append("<h2>").append(column.title()).append("</h2>");
    out.append(
        String.format(
            Locale.ROOT,
            "<svg role=\"img\" aria-label=\"%s\" width=\"720\" height=\"%d\">",
            column.title(),
            forecasts.size() * BAR + 4));
    int top = 2;
    for (Forecast forecast : forecasts) {
      double width = most == 0 ? 0 : 420 * column.value().applyAsDouble(forecast) / most;
      out.append(
          String.format(
              Locale.ROOT,
              "<text x=\"0\" y=\"%d\">%s</text><rect x=\"180\" y=\"%d\" width=\"%.1f\""
                  + " height=\"%d\"/><text x=\"%.1f\" y=\"%d\">%s</text>",
              top + 15,
              escaped(forecast.policy()),
              top,
              width,
              BAR - 6,
              186 + width,
              top + 15,
              column.shown(forecast)));
      top += BAR;
    }
    out.append("</svg>\n");
  }

  private static void row(StringBuilder table, String first, Function<Column, String> cell) {
    table.append("| ").append(first).append(" |");
    COLUMNS.forEach(column -> table.append(' ').append(cell.apply(column)).append(" |"));
    table.append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
