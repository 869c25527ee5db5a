package io.github.resilientllm.examples.plot;

import java.util.List;

/**
 * A plot with its heading, its legend and the sentence that says what it shows.
 *
 * <p>It is drawn twice, for wide and for narrow screens, because an SVG that is scaled down to a
 * phone scales its letters down too; the style sheet shows one of them.
 *
 * @param id unique in the page
 * @param title the heading
 * @param description what it shows, for those who cannot see it, and as a caption
 * @param legend the lines to explain
 */
public record Figure(String id, String title, String description, List<Legend> legend) {

  /**
   * An entry of the legend.
   *
   * @param style the CSS class of the sample line or box
   * @param box whether the sample is a box rather than a line
   */
  public record Legend(String name, String style, boolean box) {
    /** The entry of a line. */
    public static Legend of(Series series) {
      return new Legend(series.name(), series.style(), false);
    }
  }

  /** What is drawn inside the frame. */
  @FunctionalInterface
  public interface Drawing {
    /** Draws at this size. */
    void draw(Markup to, Frame frame);
  }

  /** Writes the figure; {@code height} is that of the area between the axes. */
  public void write(Markup to, List<Band> bands, double height, Drawing drawing) {
    write(to, bands, "the start", height, drawing);
  }

  /** The same with a time axis that counts from something else. */
  public void write(Markup to, List<Band> bands, String since, double height, Drawing drawing) {
    to.open("figure", "id", id);
    to.element("h3", title);
    to.open("ul", "class", "legend");
    for (Legend entry : legend) {
      to.open("li");
      sample(to, entry);
      to.text(entry.name()).close();
    }
    to.close();
    for (Frame frame :
        List.of(Frame.wide(bands, height, since), Frame.narrow(bands, height, since))) {
      String name = id + "-" + frame.style();
      to.open(
          "svg",
          "class",
          "plot " + frame.style(),
          "viewBox",
          "0 0 " + Math.round(frame.width()) + " " + Math.round(frame.fullHeight()),
          "role",
          "img",
          "aria-labelledby",
          name + "-title " + name + "-desc");
      to.element("title", title, "id", name + "-title");
      to.element("desc", description, "id", name + "-desc");
      frame.drawBands(to);
      drawing.draw(to, frame);
      to.close();
    }
    to.element("figcaption", description);
    to.close();
  }

  private static void sample(Markup to, Legend entry) {
    to.open("svg", "class", "sample", "viewBox", "0 0 34 12", "aria-hidden", "true");
    if (entry.box()) {
      to.empty("rect", "class", entry.style(), "x", 1, "y", 1, "width", 32, "height", 10);
    } else {
      to.empty("path", "class", "line " + entry.style(), "d", "M1 6H33");
    }
    to.close();
  }
}
