package io.github.resilientllm.spring.observe;

/** What health says when every target of a policy is open. */
public enum WhenExhausted {
  /** The application is well; its vendors are not. */
  UP,
  /** Nobody can say. */
  UNKNOWN,
  /** The application should get no traffic. */
  OUT_OF_SERVICE,
  /** The application is down. */
  DOWN
}
