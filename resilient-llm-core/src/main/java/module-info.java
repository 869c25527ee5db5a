/** The engine of resilient-llm: policies, and the race that runs a call through them. */
@SuppressWarnings("module") // who has what is hidden is not there when this is compiled
module io.github.resilientllm.core {
  requires transitive io.github.resilientllm.api;
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires dev.failsafe.core;
  requires org.slf4j;

  exports io.github.resilientllm;
  exports io.github.resilientllm.policy;
  exports io.github.resilientllm.internal.thread to
      io.github.resilientllm.langchain4j,
      io.github.resilientllm.springai;
  exports io.github.resilientllm.internal.time to
      io.github.resilientllm.test;
}
