package io.github.resilientllm.langchain4j;

/**
 * A piece that LangChain4j has no type for: a vendor's own event.
 *
 * @param event unchanged
 */
record RawPiece(Object event) {
  /** Shows no content. */
  @Override
  public String toString() {
    return "RawPiece[" + event.getClass().getName() + "]";
  }
}
