package io.github.resilientllm.spring.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with the names of parameters in it. It is taken apart once, before any value is known, so
 * that no value is ever taken for a placeholder.
 */
final class Template {
  private static final Pattern BRACES =
      Pattern.compile(
          "\\\\\\{\\{|\\{\\{\\s*(\\p{javaJavaIdentifierPart}+)\\s*}}|\\{\\{[^\\n]{0,20}");

  private record Piece(String text, boolean isName) {}

  private final List<Piece> pieces;

  private Template(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Takes a text apart.
   *
   * @throws IllegalArgumentException if braces are open that hold no name; the message is the place
   */
  static Template of(String text) {
    List<Piece> pieces = new ArrayList<>();
    Matcher braces = BRACES.matcher(text);
    int end = 0;
    while (braces.find()) {
      pieces.add(new Piece(text.substring(end, braces.start()), false));
      if (braces.group(1) != null) {
        pieces.add(new Piece(braces.group(1), true));
      } else if (braces.group().startsWith("\\")) {
        pieces.add(new Piece("{{", false));
      } else {
        throw new IllegalArgumentException(braces.group());
      }
      end = braces.end();
    }
    pieces.add(new Piece(text.substring(end), false));
    return new Template(List.copyOf(pieces));
  }

  /** The text that is one parameter and nothing else. */
  static Template parameter(String name) {
    return new Template(List.of(new Piece(name, true)));
  }

  /** The names in it, in their order. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Piece piece : pieces) {
      if (piece.isName()) {
        names.add(piece.text());
      }
    }
    return names;
  }

  /** The text with values in place of the names. */
  String filled(Function<String, String> values) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      text.append(piece.isName() ? values.apply(piece.text()) : piece.text());
    }
    return text.toString();
  }
}
