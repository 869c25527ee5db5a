/**
 * The vocabulary of resilient-llm: what callers see ({@code chat}), what a vendor implements
 * ({@code provider}) and what keeps conversations ({@code journal}). It depends on nothing.
 */
module io.github.resilientllm.api {
  requires static transitive org.jspecify;

  exports io.github.resilientllm.chat;
  exports io.github.resilientllm.journal;
  exports io.github.resilientllm.provider;
}
