package io.github.resilientllm.examples.plot;

import java.util.List;

/**
 * States over time, one lane for each thing that has a state.
 *
 * @param lanes from top to bottom
 */
public record LanePlot(List<Lane> lanes) implements Figure.Drawing {
  private static final double GAP = 10;

  /** One lane. */
  public record Lane(String name, List<Stretch> stretches) {
    /** Copies the stretches. */
    public Lane {
      stretches = List.copyOf(stretches);
    }
  }

  /**
   * A time in one state.
   *
   * @param style the CSS class of the state
   * @param label what is written on it, where there is room
   */
  public record Stretch(double from, double to, String style, String label) {}

  @Override
  public void draw(Markup to, Frame frame) {
    double height = frame.height() / lanes.size();
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      double top = frame.y(1) + i * height + GAP / 2;
      double middle = top + (height - GAP) / 2;
      to.element("text", lane.name(), "class", "y-label", "x", frame.left() - 6, "y", middle + 4);
      for (Stretch stretch : lane.stretches()) {
        double from = frame.x(stretch.from());
        double width = Math.max(1.5, frame.x(stretch.to()) - from);
        to.open(
            "rect",
            "class",
            stretch.style(),
            "x",
            from,
            "y",
            top,
            "width",
            width,
            "height",
            height - GAP);
        String title = lane.name() + ": " + stretch.label() + " from ";
        to.element(
            "title", title + Scale.seconds(stretch.from()) + " to " + Scale.seconds(stretch.to()));
        to.close();
        // 7 units a letter is what the style sheet's lane labels need.
        if (width > stretch.label().length() * 7.0) {
          to.element(
              "text",
              stretch.label(),
              "class",
              "lane-label",
              "x",
              from + width / 2,
              "y",
              middle + 4);
        }
      }
    }
  }
}
