package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The question that a method of an {@link LlmService} asks.
 *
 * <p><code>{{name}}</code> is the parameter of that name, put in as it is: what it holds is never
 * taken for a placeholder. It is put in by {@link String#valueOf(Object)}; null is refused with an
 * {@link IllegalArgumentException}, unless the parameter is {@code @Nullable}, when nothing is put
 * in. <code>\{{</code> is two braces.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface UserMessage {

  /** The text; empty if it is in a {@link #resource()}. */
  String value() default "";

  /**
   * Where the text is, in UTF-8 and at most 1 MiB, such as {@code "classpath:prompts/where.txt"};
   * it is read once, at start-up.
   */
  String resource() default "";
}
