package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmJson;

/** Reads with the application's Jackson. */
interface JacksonJson extends LlmJson {
  /** The module's class, which both Jacksons name so. */
  String KOTLIN = ".module.kotlin.KotlinModule";

  /** Whether it has the module for Kotlin, without which it knows no default values. */
  boolean knowsKotlin();
}
