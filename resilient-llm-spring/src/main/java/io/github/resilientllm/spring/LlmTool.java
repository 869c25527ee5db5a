package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * A method that a model may call while it answers for an {@link LlmService} that names its class in
 * {@link LlmService#tools()}.
 *
 * <pre>{@code
 * @Component
 * class Parcels {
 *   @LlmTool("Says where a parcel is")
 *   String where(String number) { ... }
 * }
 * }</pre>
 *
 * <p>Its parameters are what the model is to fill in: texts, numbers, dates, enums, records, lists
 * and maps, each of which must be there unless it is {@code @Nullable}. What it returns is what the
 * model is told: a text as it is, anything else as JSON by the application's Jackson, or as its
 * {@code toString()}.
 *
 * <p><b>What it throws</b> is told to the model as a failure by the exception's simple name, never
 * by its message; an {@link Error} ends the call. A model may call it with any arguments, and again
 * after a crash: it checks what the one who asks may do, and does nothing twice that matters.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface LlmTool {

  /** What it does, for the model. */
  String value();

  /** Its name for the model; empty for the method's. */
  String name() default "";
}
