package io.github.resilientllm.examples.plot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A writer of HTML and SVG that escapes every text and closes every element, so that what it writes
 * is well-formed XML as well. Not safe for several threads.
 */
public final class Markup {
  private final StringBuilder out = new StringBuilder(64 * 1024);
  private final Deque<String> open = new ArrayDeque<>();

  /** Writes markup as it is; for what is constant in the program, such as a style sheet. */
  public Markup raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Opens an element; attributes are pairs of a name and a value. */
  public Markup open(String element, Object... attributes) {
    start(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /** Closes the element that was opened last. */
  public Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** Writes an element without content. */
  public Markup empty(String element, Object... attributes) {
    start(element, attributes);
    out.append("/>");
    return this;
  }

  /** Writes an element that holds one text. */
  public Markup element(String element, String text, Object... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** Writes a text. */
  public Markup text(String text) {
    escape(text);
    return this;
  }

  /**
   * A coordinate: a tenth of a pixel is finer than any screen, and more digits only fill the file.
   */
  public static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  /** All that was written. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("still open: " + open);
    }
    return out.toString();
  }

  private void start(String element, Object... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      Object value = attributes[i + 1];
      escape(value instanceof Double number ? at(number) : String.valueOf(value));
      out.append('"');
    }
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        default -> out.append(c);
      }
    }
  }
}
