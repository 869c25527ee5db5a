package io.github.resilientllm.spring.service;

/** The fence of Markdown that some models put around code, JSON too. */
final class Fence {
  private static final String MARK = "```";

  private Fence() {}

  /** The text without a fence around it. */
  static String inside(String text) {
    String plain = text.strip();
    int firstLine = plain.indexOf('\n');
    boolean fenced = plain.startsWith(MARK) && plain.endsWith(MARK) && firstLine >= 0;
    if (!fenced || firstLine > plain.length() - MARK.length()) {
      return plain;
    }
    return plain.substring(firstLine, plain.length() - MARK.length()).strip();
  }
}
