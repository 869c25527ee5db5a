package io.github.resilientllm.chat;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the model may, must or must not call a tool. */
public final class ToolChoice {

  /** How free the model is. */
  public enum Mode {
    /** The model decides. */
    AUTO,
    /** No tool is called. */
    NONE,
    /** Some tool is called. */
    REQUIRED,
    /** One named tool is called. */
    TOOL
  }

  private static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, null);
  private static final ToolChoice NONE = new ToolChoice(Mode.NONE, null);
  private static final ToolChoice REQUIRED = new ToolChoice(Mode.REQUIRED, null);

  private final Mode mode;
  private final @Nullable String toolName;

  private ToolChoice(Mode mode, @Nullable String toolName) {
    this.mode = mode;
    this.toolName = toolName;
  }

  /** The model decides; what every vendor does by default when there are tools. */
  public static ToolChoice auto() {
    return AUTO;
  }

  /** The model calls no tool. */
  public static ToolChoice none() {
    return NONE;
  }

  /** The model calls one or more tools. */
  public static ToolChoice required() {
    return REQUIRED;
  }

  /** The model calls the tool of this name, which must be among the request's tools. */
  public static ToolChoice tool(String name) {
    return new ToolChoice(Mode.TOOL, Objects.requireNonNull(name, "name"));
  }

  /** How free the model is. */
  public Mode mode() {
    return mode;
  }

  /** The name of the one tool; present exactly when the mode is {@link Mode#TOOL}. */
  public Optional<String> toolName() {
    return Optional.ofNullable(toolName);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolChoice choice
        && mode == choice.mode
        && Objects.equals(toolName, choice.toolName);
  }

  @Override
  public int hashCode() {
    return Objects.hash(mode, toolName);
  }

  @Override
  public String toString() {
    return toolName == null ? mode.name() : mode + "(" + toolName + ")";
  }
}
