package io.github.resilientllm.examples.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How values become heights: the ends of an axis, and where its ticks are. */
public final class Scale {

  /**
   * A tick.
   *
   * @param value where
   * @param label what it says there
   */
  record Tick(double value, String label) {}

  private final double min;
  private final double max;
  private final boolean logarithmic;
  private final List<Tick> ticks;

  private Scale(double min, double max, boolean logarithmic, List<Tick> ticks) {
    this.min = min;
    this.max = max;
    this.logarithmic = logarithmic;
    this.ticks = List.copyOf(ticks);
  }

  /** 0 to 100 %. */
  public static Scale percent() {
    List<Tick> ticks = new ArrayList<>();
    for (int percent = 0; percent <= 100; percent += 25) {
      ticks.add(new Tick(percent, percent + " %"));
    }
    // A little headroom: most of what is drawn lies at 100, which should not be the frame's edge.
    return new Scale(0, 104, false, ticks);
  }

  /** From 0 to a round number that is not below the largest value, with three to six ticks. */
  public static Scale fromZero(double largest) {
    double top = largest > 0 ? largest : 1;
    double step = roundStep(top / 4);
    double max = Math.ceil(top / step - 1e-9) * step;
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i * step <= max + step / 2; i++) {
      ticks.add(new Tick(i * step, number(i * step)));
    }
    return new Scale(0, max, false, ticks);
  }

  /**
   * Seconds on a logarithmic scale, from one of 1, 2, 5, 10, 20... below the smallest value to one
   * above the largest.
   */
  public static Scale logSeconds(double smallest, double largest) {
    double low = Math.max(smallest, 0.001);
    List<Tick> ticks = new ArrayList<>();
    double above = Math.max(largest, low * 2);
    for (int power = -3; power < 4; power++) {
      for (int digit : new int[] {1, 2, 5}) {
        double value = digit * Math.pow(10, power);
        double next = value * (digit == 2 ? 2.5 : 2);
        boolean reachesUp = ticks.isEmpty() || ticks.get(ticks.size() - 1).value() < above;
        if (next > low * 1.0001 && reachesUp) {
          ticks.add(new Tick(value, seconds(value)));
        }
      }
    }
    return new Scale(ticks.get(0).value(), ticks.get(ticks.size() - 1).value(), true, ticks);
  }

  /** Where a value lies between the ends, 0 to 1; values beyond an end are drawn at it. */
  double position(double value) {
    double bounded = Math.min(max, Math.max(min, value));
    return logarithmic
        ? Math.log(bounded / min) / Math.log(max / min)
        : (bounded - min) / (max - min);
  }

  List<Tick> ticks() {
    return ticks;
  }

  /** A duration as a person writes it: {@code 40 ms}, {@code 1.5 s}, {@code 5 min}. */
  public static String seconds(double seconds) {
    if (seconds >= 299.5) {
      return number(Math.round(seconds / 6) / 10.0) + " min";
    }
    if (seconds < 0.9995) {
      return Math.round(seconds * 1000) + " ms";
    }
    return number(Math.round(seconds * 100) / 100.0) + " s";
  }

  private static double roundStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  /** A number with at most two digits after the point. */
  public static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
