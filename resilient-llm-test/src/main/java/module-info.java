/**
 * The kit that judges clients of language models: local vendors that misbehave as told, and what
 * can be said of a client that met them.
 */
module io.github.resilientllm.test {
  requires com.fasterxml.jackson.core;
  requires java.net.http;
  requires static transitive io.github.resilientllm.core;
  requires static transitive org.junit.jupiter.api;
  requires static transitive org.jspecify;

  exports io.github.resilientllm.test;
  exports io.github.resilientllm.test.chaos;
  exports io.github.resilientllm.test.judge;
  exports io.github.resilientllm.test.junit;
  exports io.github.resilientllm.test.simulate;
  exports io.github.resilientllm.test.time;
  exports io.github.resilientllm.test.vendor;

  opens io.github.resilientllm.test.junit to
      org.junit.platform.commons;
}
