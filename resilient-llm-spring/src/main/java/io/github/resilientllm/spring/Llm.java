package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Injects the client of one policy by its name, as in {@code @Llm("support") LlmClient llm}.
 *
 * <p>It is of that policy wherever it is called, and of no conversation that an {@link
 * LlmFallback @LlmFallback} around the call names; it keeps to the annotation's time-out.
 *
 * <p>Without it a {@link io.github.resilientllm.chat.LlmClient} is the client of {@code
 * resilient-llm.default-policy}. A name that no policy has fails at start-up.
 */
@Documented
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface Llm {

  /** The policy's name, a key of {@code resilient-llm.policies}. */
  String value();
}
