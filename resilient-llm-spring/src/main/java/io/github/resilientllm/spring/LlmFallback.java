package io.github.resilientllm.spring;

import io.github.resilientllm.chat.LlmException;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Says how the model calls inside a bean's method are made, and what is answered when they fail for
 * good.
 *
 * <pre>{@code
 * @LlmFallback(policy = "support", method = "offline", conversation = "#ticket")
 * public String answer(String ticket, String question) {
 *   tickets.open(ticket);              // runs once, whatever the vendors do
 *   return llm.chat(question).text();  // retries, hedges and other vendors: here
 * }
 *
 * String offline(String ticket, String question, LlmException failure) {
 *   return "We are busy, please try again later.";
 * }
 * }</pre>
 *
 * <p><b>The method runs once.</b> Retries happen at each model call inside it, never around it. If
 * it ends with a failure that {@link #applyOn} names, or with a {@code CompletionException} or
 * {@code ExecutionException} around one, its fallback is called once. A call that was cancelled is
 * no such failure, nor is a refusal of Spring Security's or a {@code SecurityException} unless
 * {@code applyOn} names it: {@code Exception} does not. What the method's model calls failed with
 * before is suppressed in the exception that the fallback gets; what the fallback throws carries
 * that exception as suppressed.
 *
 * <p><b>Policy, conversation and time-out</b> hold for calls of the injected {@code LlmClient} on
 * the method's own thread, also in other beans that it calls. They hold for what it returns, too: a
 * {@code Mono} or {@code Flux} when it is subscribed to, and a {@code ChatStream} while it is read;
 * those of a Kotlin suspend function go with its coroutine. A client that was injected with {@link
 * Llm @Llm} is of that policy and of no conversation, and follows the time-out. An annotated method
 * that is called inside inherits what it does not say; of two time-outs the earlier one holds. The
 * fallback runs outside of all three; it may have an annotation of its own.
 *
 * <p><b>A fallback method</b> is one of the class, of a superclass or interface, or {@code
 * "bean::method"}. It takes the same parameters, or none of them, and optionally one exception,
 * first or last; several may differ by it, and the most specific one is called. It returns what the
 * method returns; for one that returns a {@code CompletableFuture} or {@code Mono} it may return
 * the plain value. A {@code Flux}, a {@code Flow.Publisher} (where Reactor is there) and a {@code
 * ChatStream} fall back only before their first element.
 *
 * <p><b>With {@link #outbox}</b> the question is not lost: before the fallback answers, the request
 * that failed is kept in the application's {@link LlmOutbox}, and its answer goes to an {@link
 * LlmHandler}.
 *
 * <p>On a class it holds for the public methods that this class and its subclasses declare, except
 * for the fallback itself. It works on every kind of proxy, outside of {@code @Transactional} and
 * {@code @Cacheable} and inside {@code @Async}. What is wrong with it stops the application at
 * start-up.
 *
 * <p><b>A call from within the same object is not seen</b>, as with every annotation that works by
 * a proxy: {@code this.answer(...)} runs without policy and fallback.
 */
@Documented
@Reflective
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LlmFallback {

  /** The same as {@link #policy()}. */
  @AliasFor("policy")
  String value() default "";

  /**
   * The policy of the model calls inside, a key of {@code resilient-llm.policies} or a <code>${...}
   * </code> placeholder; empty for the one that would hold without the annotation.
   */
  @AliasFor("value")
  String policy() default "";

  /** The fallback's name, {@code "offline"} or {@code "bean::offline"}; empty for none. */
  String method() default "";

  /** The type of the bean that is the fallback, in place of {@link #method()}. */
  Class<? extends LlmFallbackHandler<?>> handler() default None.class;

  /**
   * The name of the {@link LlmHandler} that takes the answer when there is one; empty for none. The
   * request that failed is kept in the {@link LlmOutbox} for it, or as the next turn of its
   * conversation, with the method's arguments as {@linkplain
   * io.github.resilientllm.Delivery#attributes() attributes}, by their names: texts of up to 4,096
   * characters, numbers, enums, dates and the like. Then {@link #method} or {@link #handler}
   * answers; a method that returns nothing needs neither.
   *
   * <p>What would fail again is not kept, such as {@code CONTENT_FILTERED} or {@code
   * INVALID_REQUEST}, nor what failed elsewhere than in a call of an injected {@code LlmClient}:
   * then there is no fallback, and the caller gets the failure.
   */
  String outbox() default "";

  /** The failures for which the fallback is called, subclasses included. */
  Class<? extends Throwable>[] applyOn() default LlmException.class;

  /** The failures for which it is not called, even if {@link #applyOn()} names them. */
  Class<? extends Throwable>[] skipOn() default {};

  /**
   * How long the model calls inside may take in all, such as {@code "20s"}, {@code "500ms"}, {@code
   * "PT1M30S"} or a <code>${...}</code> placeholder; empty for as long as their policy allows. It
   * does not interrupt other work. It runs from the call; for a {@code Mono} or {@code Flux}, from
   * each subscription.
   */
  String timeout() default "";

  /**
   * The id of the conversation that the model calls inside belong to, as an expression (SpEL) over
   * the arguments, such as {@code "#ticket"} or {@code "#order.id"}; empty for the one that an
   * annotation around this one names, and {@link #NO_CONVERSATION} for none at all.
   *
   * <p>A request is then the next thing that is said in it: one question or the results of tools,
   * with instructions before it if need be. What was said before comes from the journal. An id of
   * null is refused with an {@link IllegalArgumentException}. A client of a policy's name ({@link
   * Llm @Llm}) and an {@link LlmService @LlmService} without a {@link ConversationId} are in no
   * conversation.
   */
  String conversation() default "";

  /** Takes the model calls inside out of the conversation that holds around them. */
  String NO_CONVERSATION = "-";

  /** No handler. */
  interface None extends LlmFallbackHandler<Object> {}
}
