package io.github.resilientllm.spring;

import io.github.resilientllm.chat.ReasoningEffort;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the calls of an {@link LlmService} ask for, instead of what {@code options} of their policy
 * and target say; on a method, instead of what stands on the interface, each attribute by itself.
 *
 * <pre>{@code
 * @LlmService
 * @LlmOptions(temperature = 0)
 * interface Triage {
 *   @LlmOptions(maxOutputTokens = 50, reasoningEffort = ReasoningEffort.LOW)
 *   Label label(String question);
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface LlmOptions {

  /** The sampling temperature, 0 to 2; NaN for what holds without it. */
  double temperature() default Double.NaN;

  /** The nucleus sampling mass, 0 to 1; NaN for what holds without it. */
  double topP() default Double.NaN;

  /** The most tokens of an answer; 0 for what holds without it. */
  int maxOutputTokens() default 0;

  /** How much a model thinks before it answers, one or none for what holds without it. */
  ReasoningEffort[] reasoningEffort() default {};

  /** Texts before which an answer ends; none for what holds without it. */
  String[] stop() default {};
}
