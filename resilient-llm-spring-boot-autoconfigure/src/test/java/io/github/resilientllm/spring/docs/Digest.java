package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.LlmClient;

/** Something that is given the client of a policy. */
record Digest(LlmClient llm) {}
