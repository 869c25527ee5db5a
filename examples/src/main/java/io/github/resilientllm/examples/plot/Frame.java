package io.github.resilientllm.examples.plot;

import java.util.List;

/**
 * The space that a plot draws in: its margins, its time axis, and the bands behind it.
 *
 * @param style the CSS class that shows it on the screens it is made for
 * @param width of the whole drawing
 * @param left the margin for the labels of the y axis
 * @param height of the area between the axes
 * @param bands what the time axis is divided into, without gaps
 * @param since what the time axis counts from
 */
public record Frame(
    String style, double width, double left, double height, List<Band> bands, String since) {
  private static final double TOP = 24;
  private static final double RIGHT = 14;
  private static final double BOTTOM = 38;

  static Frame wide(List<Band> bands, double height, String since) {
    return new Frame("wide", 900, 58, height, bands, since);
  }

  static Frame narrow(List<Band> bands, double height, String since) {
    return new Frame("narrow", 370, 52, height, bands, since);
  }

  double fullHeight() {
    return TOP + height + BOTTOM;
  }

  double x(double seconds) {
    double end = bands.get(bands.size() - 1).to();
    return left + Math.min(1, seconds / end) * (width - left - RIGHT);
  }

  double y(double position) {
    return TOP + height * (1 - position);
  }

  private boolean isNarrow() {
    return style.equals("narrow");
  }

  /** The shading, the labels above, and the time axis below. */
  void drawBands(Markup to) {
    for (Band band : bands) {
      double start = x(band.from());
      double end = x(band.to());
      if (band.shaded()) {
        to.empty(
            "rect", "class", "band", "x", start, "y", TOP, "width", end - start, "height", height);
      }
      String label = isNarrow() ? band.shortLabel() : band.label();
      to.element("text", label, "class", "band-label", "x", (start + end) / 2, "y", TOP - 8);
      if (band.from() > 0) {
        to.empty("path", "class", "edge", "d", line(start, TOP - 16, start, TOP + height));
      }
    }
    drawTimeAxis(to);
  }

  private void drawTimeAxis(Markup to) {
    double end = bands.get(bands.size() - 1).to();
    double step = timeStep(end, isNarrow() ? 5 : 10);
    for (int i = 0; i * step <= end + 1e-9; i++) {
      double at = x(i * step);
      to.empty("path", "class", "axis", "d", line(at, TOP + height, at, TOP + height + 5));
      to.element(
          "text",
          Scale.seconds(i * step).replace("0 ms", "0"),
          "class",
          "x-label",
          "x",
          at,
          "y",
          TOP + height + 18);
    }
    to.empty("path", "class", "axis", "d", line(left, TOP + height, width - RIGHT, TOP + height));
    to.element(
        "text",
        "time since " + since,
        "class",
        "axis-title",
        "x",
        (left + width - RIGHT) / 2,
        "y",
        TOP + height + 34);
  }

  void drawScale(Markup to, Scale scale) {
    for (Scale.Tick tick : scale.ticks()) {
      double at = y(scale.position(tick.value()));
      to.empty("path", "class", "grid", "d", line(left, at, width - RIGHT, at));
      to.element("text", tick.label(), "class", "y-label", "x", left - 8, "y", at + 4);
    }
  }

  static String line(double x1, double y1, double x2, double y2) {
    return "M" + Markup.at(x1) + " " + Markup.at(y1) + "L" + Markup.at(x2) + " " + Markup.at(y2);
  }

  private static double timeStep(double end, int most) {
    for (double step :
        new double[] {0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600}) {
      if (end / step <= most) {
        return step;
      }
    }
    return end;
  }
}
