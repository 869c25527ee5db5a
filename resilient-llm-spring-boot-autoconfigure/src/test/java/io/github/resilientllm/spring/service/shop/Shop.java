package io.github.resilientllm.spring.service.shop;

import io.github.resilientllm.spring.LlmService;

/** A service of an application that is scanned. */
@LlmService
public interface Shop {
  /** Sells. */
  String sell(String goods);

  /** A service within a type. */
  @LlmService
  interface Window {
    String show(String goods);
  }
}
