package io.github.resilientllm.spring.boot;

/** What is done about properties that are not known. */
enum UnknownProperties {
  /** The application does not start. */
  FAIL,
  /** The log says so: an older version may run on the properties of a newer one. */
  WARN
}
