package io.github.resilientllm.langchain4j;

import io.github.resilientllm.internal.thread.Workers;
import java.util.concurrent.Executor;

/**
 * The threads that ask whole models, and those that read streams unless the user brings some. Who
 * comes when all are busy is refused.
 */
final class ModelThreads {
  static final Executor SHARED = Workers.refusing("resilient-llm-stream");

  private ModelThreads() {}
}
