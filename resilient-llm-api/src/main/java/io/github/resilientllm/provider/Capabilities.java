package io.github.resilientllm.provider;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model can do and hold. A call passes over a target that cannot serve its request.
 *
 * <p>A class with {@code withX} and not a record: models learn new tricks, and a further component
 * would break every constructor's caller.
 */
public final class Capabilities {
  private static final Capabilities STANDARD =
      new Capabilities(true, true, true, true, false, 0, 0);

  private final boolean tools;
  private final boolean images;
  private final boolean jsonSchema;
  private final boolean streaming;
  private final boolean thinksInSilence;
  private final int contextWindow;
  private final int maxOutputTokens;

  private Capabilities(
      boolean tools,
      boolean images,
      boolean jsonSchema,
      boolean streaming,
      boolean thinksInSilence,
      int contextWindow,
      int maxOutputTokens) {
    this.tools = tools;
    this.images = images;
    this.jsonSchema = jsonSchema;
    this.streaming = streaming;
    this.thinksInSilence = thinksInSilence;
    this.contextWindow = contextWindow;
    this.maxOutputTokens = maxOutputTokens;
  }

  /**
   * Everything, of unknown size, and no thinking in silence: what is not known to be missing is
   * tried.
   */
  public static Capabilities standard() {
    return STANDARD;
  }

  /** The same, calling tools or not. */
  public Capabilities withTools(boolean can) {
    return new Capabilities(
        can, images, jsonSchema, streaming, thinksInSilence, contextWindow, maxOutputTokens);
  }

  /** The same, taking images or not. */
  public Capabilities withImages(boolean can) {
    return new Capabilities(
        tools, can, jsonSchema, streaming, thinksInSilence, contextWindow, maxOutputTokens);
  }

  /** The same, obeying a JSON Schema or not. */
  public Capabilities withJsonSchema(boolean can) {
    return new Capabilities(
        tools, images, can, streaming, thinksInSilence, contextWindow, maxOutputTokens);
  }

  /** The same, streaming or not. */
  public Capabilities withStreaming(boolean can) {
    return new Capabilities(
        tools, images, jsonSchema, can, thinksInSilence, contextWindow, maxOutputTokens);
  }

  /** The same, thinking in silence or not. */
  public Capabilities withThinksInSilence(boolean may) {
    return new Capabilities(
        tools, images, jsonSchema, streaming, may, contextWindow, maxOutputTokens);
  }

  /**
   * The same with another context window, in tokens; 0 if unknown.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Capabilities withContextWindow(int tokens) {
    return new Capabilities(
        tools, images, jsonSchema, streaming, thinksInSilence, size(tokens), maxOutputTokens);
  }

  /**
   * The same with another bound on an answer, in tokens; 0 if unknown.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Capabilities withMaxOutputTokens(int tokens) {
    return new Capabilities(
        tools, images, jsonSchema, streaming, thinksInSilence, contextWindow, size(tokens));
  }

  /** Whether it can call tools. */
  public boolean tools() {
    return tools;
  }

  /** Whether it takes images. */
  public boolean images() {
    return images;
  }

  /** Whether an answer can be held to a JSON Schema. */
  public boolean jsonSchema() {
    return jsonSchema;
  }

  /** Whether it sends an answer as it is written; one that does not is asked for whole answers. */
  public boolean streaming() {
    return streaming;
  }

  /**
   * Whether it is a reasoning model that may be silent for long before its first content, and is
   * well all the same; its attempts get more time for it. Default false.
   */
  public boolean thinksInSilence() {
    return thinksInSilence;
  }

  /** The tokens of its context window; 0 if unknown. */
  public int contextWindow() {
    return contextWindow;
  }

  /**
   * The most tokens of one answer; 0 if unknown. A request for more is asked with this many, and
   * the attempt says so.
   */
  public int maxOutputTokens() {
    return maxOutputTokens;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Capabilities that
        && tools == that.tools
        && images == that.images
        && jsonSchema == that.jsonSchema
        && streaming == that.streaming
        && thinksInSilence == that.thinksInSilence
        && contextWindow == that.contextWindow
        && maxOutputTokens == that.maxOutputTokens;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        tools, images, jsonSchema, streaming, thinksInSilence, contextWindow, maxOutputTokens);
  }

  @Override
  public String toString() {
    return "Capabilities[tools="
        + tools
        + ", images="
        + images
        + ", jsonSchema="
        + jsonSchema
        + ", streaming="
        + streaming
        + ", thinksInSilence="
        + thinksInSilence
        + ", contextWindow="
        + contextWindow
        + ", maxOutputTokens="
        + maxOutputTokens
        + "]";
  }

  private static int size(int tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException("A size is 0 (unknown) or more, not " + tokens);
    }
    return tokens;
  }
}
