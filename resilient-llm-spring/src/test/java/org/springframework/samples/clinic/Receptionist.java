package org.springframework.samples.clinic;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmFallback;

/** A bean of an application whose package begins as Spring's do. */
public class Receptionist {

  /** Fails, and has a fallback. */
  @LlmFallback(method = "offline")
  public String answer() {
    throw new LlmException(ErrorKind.OVERLOADED, "x");
  }

  String offline() {
    return "We are closed.";
  }
}
