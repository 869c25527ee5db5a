package io.github.resilientllm.examples.plot;

import java.util.List;

/**
 * Values over time, as lines.
 *
 * @param scale the y axis
 * @param series drawn in order, so that the last one lies on top
 */
public record LinePlot(Scale scale, List<Series> series) implements Figure.Drawing {

  @Override
  public void draw(Markup to, Frame frame) {
    frame.drawScale(to, scale);
    for (Series line : series) {
      to.empty("path", "class", "line " + line.style(), "d", path(line, frame));
    }
  }

  private String path(Series line, Frame frame) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (Series.Point point : line.points()) {
      if (Double.isNaN(point.y())) {
        down = false;
        continue;
      }
      path.append(down ? 'L' : 'M').append(Markup.at(frame.x(point.x()))).append(' ');
      path.append(Markup.at(frame.y(scale.position(point.y()))));
      down = true;
    }
    return path.toString();
  }
}
