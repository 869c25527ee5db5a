package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The instructions of a method of an {@link LlmService}; on the interface, of those methods that
 * have none of their own.
 *
 * <p><code>{{name}}</code> is the parameter of that name; <code>\{{</code> is two braces.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface SystemMessage {

  /** The text; empty if it is in a {@link #resource()}. */
  String value() default "";

  /**
   * Where the text is, in UTF-8 and at most 1 MiB, such as {@code "classpath:prompts/support.txt"};
   * it is read once, at start-up.
   */
  String resource() default "";
}
