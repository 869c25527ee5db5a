package io.github.resilientllm.chat;

/** Who says a message. */
public enum Role {
  /** Instructions that hold for the whole conversation. */
  SYSTEM,
  /** The person, or the program, that asks. */
  USER,
  /** The model. */
  ASSISTANT,
  /** The application, answering the model's tool calls. */
  TOOL
}
