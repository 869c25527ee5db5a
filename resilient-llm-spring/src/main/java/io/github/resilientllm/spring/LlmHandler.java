package io.github.resilientllm.spring;

import io.github.resilientllm.Delivery;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Gives the answers of the {@link LlmOutbox} to a bean's method.
 *
 * <pre>{@code
 * @LlmHandler("reply")
 * public void reply(Delivery done) {
 *   mail.send(done.attribute("to"), done.text(), done.key());
 * }
 * }</pre>
 *
 * <p>The method takes one {@link Delivery} and returns nothing. It is called at least once for each
 * answer: again when it threw, and when the process ended before it could be noted that it had
 * returned; {@link Delivery#key} is the same each time. Several threads call it. What else is
 * around the bean is around the call, {@code @Transactional} say.
 *
 * <p>What is wrong with it stops the application at start-up; with Spring Boot, so does a handler
 * where there is no outbox.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface LlmHandler {

  /**
   * The handler's name, which no other has. It stands in the store with each piece of work: it
   * stays when the application is deployed anew.
   */
  String value();
}
