package io.github.resilientllm.spring.service;

import org.jspecify.annotations.Nullable;

/**
 * What a call asks.
 *
 * @param system null for no instructions
 * @param conversation the id of the conversation; null for none
 */
record Question(@Nullable String system, String user, @Nullable String conversation) {

  /** Shows no content. */
  @Override
  public String toString() {
    return "Question[" + user.length() + " chars]";
  }
}
