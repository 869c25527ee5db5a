package io.github.resilientllm.examples.plot;

import java.util.List;

/**
 * One line of a plot.
 *
 * @param name what the legend calls it
 * @param style the CSS class that gives it its colour and its dashes
 * @param points from left to right
 */
public record Series(String name, String style, List<Point> points) {

  /**
   * One point.
   *
   * @param x seconds
   * @param y NaN where nothing was measured: the line then has a gap
   */
  public record Point(double x, double y) {}

  /** Copies the points. */
  public Series {
    points = List.copyOf(points);
  }

  double largest() {
    return points.stream().mapToDouble(Point::y).filter(y -> !Double.isNaN(y)).max().orElse(0);
  }

  double smallest() {
    return points.stream().mapToDouble(Point::y).filter(y -> !Double.isNaN(y)).min().orElse(0);
  }

  /** The largest value of all series; 0 if there is none. */
  public static double largest(List<Series> all) {
    return all.stream().mapToDouble(Series::largest).max().orElse(0);
  }

  /** The smallest value of all series; 0 if there is none. */
  public static double smallest(List<Series> all) {
    return all.stream().mapToDouble(Series::smallest).min().orElse(0);
  }
}
