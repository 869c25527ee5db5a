package io.github.resilientllm.spring.docs;

/** How a mail sounds. */
enum Mood {
  CALM,
  ANGRY
}
