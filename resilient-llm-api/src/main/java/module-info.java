/**
 * The vocabulary of resilient-llm: what callers see ({@code chat}) and what a vendor implements
 * ({@code provider}). It depends on nothing.
 */
module io.github.resilientllm.api {
  requires static transitive org.jspecify;

  exports io.github.resilientllm.chat;
  exports io.github.resilientllm.provider;
}
