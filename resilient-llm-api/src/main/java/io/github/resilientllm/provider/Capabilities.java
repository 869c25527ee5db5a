package io.github.resilientllm.provider;

/**
 * What a model can do and hold. A call passes over a target that cannot serve its request.
 *
 * @param tools whether it can call tools
 * @param images whether it takes images
 * @param jsonSchema whether an answer can be held to a JSON Schema
 * @param streaming whether it sends an answer as it is written; one that does not is asked for
 *     whole answers
 * @param contextWindow in tokens; 0 if unknown
 * @param maxOutputTokens the most tokens of one answer; 0 if unknown. A request for more is asked
 *     with this many, and the attempt says so
 */
public record Capabilities(
    boolean tools,
    boolean images,
    boolean jsonSchema,
    boolean streaming,
    int contextWindow,
    int maxOutputTokens) {
  private static final Capabilities STANDARD = new Capabilities(true, true, true, true, 0, 0);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public Capabilities {
    if (contextWindow < 0 || maxOutputTokens < 0) {
      throw new IllegalArgumentException(
          "A size is 0 (unknown) or more, not "
              + (contextWindow < 0 ? contextWindow : maxOutputTokens));
    }
  }

  /** Everything, of unknown size: what is not known to be missing is tried. */
  public static Capabilities standard() {
    return STANDARD;
  }

  /** The same, calling tools or not. */
  public Capabilities withTools(boolean can) {
    return new Capabilities(can, images, jsonSchema, streaming, contextWindow, maxOutputTokens);
  }

  /** The same, taking images or not. */
  public Capabilities withImages(boolean can) {
    return new Capabilities(tools, can, jsonSchema, streaming, contextWindow, maxOutputTokens);
  }

  /** The same, obeying a JSON Schema or not. */
  public Capabilities withJsonSchema(boolean can) {
    return new Capabilities(tools, images, can, streaming, contextWindow, maxOutputTokens);
  }

  /** The same, streaming or not. */
  public Capabilities withStreaming(boolean can) {
    return new Capabilities(tools, images, jsonSchema, can, contextWindow, maxOutputTokens);
  }

  /** The same with another context window, in tokens; 0 if unknown. */
  public Capabilities withContextWindow(int tokens) {
    return new Capabilities(tools, images, jsonSchema, streaming, tokens, maxOutputTokens);
  }

  /** The same with another bound on an answer, in tokens; 0 if unknown. */
  public Capabilities withMaxOutputTokens(int tokens) {
    return new Capabilities(tools, images, jsonSchema, streaming, contextWindow, tokens);
  }
}
