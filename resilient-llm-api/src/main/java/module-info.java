/**
 * The vocabulary of resilient-llm: what callers see ({@code chat}), what a vendor implements
 * ({@code provider}), what keeps conversations ({@code journal}) and what keeps work that waits
 * ({@code outbox}). It depends on nothing.
 */
module io.github.resilientllm.api {
  requires static transitive org.jspecify;

  exports io.github.resilientllm.chat;
  exports io.github.resilientllm.journal;
  exports io.github.resilientllm.outbox;
  exports io.github.resilientllm.provider;
}
