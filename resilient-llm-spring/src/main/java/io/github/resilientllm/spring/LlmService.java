package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes an interface a bean whose methods ask a model.
 *
 * <pre>{@code
 * @LlmService(policy = "support", fallback = SupportOffline.class)
 * interface Support {
 *   @SystemMessage("You are a support agent of {{company}}.")
 *   @UserMessage("Where is parcel {{number}}?")
 *   String where(@ConversationId String ticket, String company, String number);
 *
 *   Delivery extract(String mail); // a record: the model has to keep to its JSON Schema
 *
 *   ChatStream tell(String question);
 * }
 * }</pre>
 *
 * <p>Such interfaces are found in the application's packages, those of {@code
 * AutoConfigurationPackages}; a bean of the application's own in place of one, as in a test, is
 * left alone. They are safe for several threads.
 *
 * <p><b>The question</b> is the {@link UserMessage}, or without one the parameter that is neither
 * the {@link ConversationId} nor named in the {@link SystemMessage}. Parameters stand in messages
 * by their names, so the application is compiled with {@code -parameters}, as Spring Boot's plugins
 * do.
 *
 * <p><b>The answer</b> is what the method returns: a {@code String} or a {@code ChatResponse}; an
 * {@link LlmResult} of what else is named here and the {@code ChatResponse}; records, beans, enums,
 * lists, maps, numbers and dates, which the model is held to by a JSON Schema and which {@link
 * LlmJson} reads; a {@code ChatStream}; a {@code CompletableFuture} or {@code CompletionStage} of
 * one of the former; and where Reactor is there a {@code Mono} of one of them, a {@code
 * Flux<String>} of the text's pieces or a {@code Flux<ChatEvent>}. In Kotlin suspend functions
 * return the plain value, and others may return a {@code Flow} of texts or events. A component of a
 * record must be there unless it is an {@code Optional} or {@code @Nullable}; Jackson's {@code
 * JsonPropertyDescription} tells the model what it is. A {@code Flux} asks anew for each
 * subscriber, and reads on a thread of Reactor's that may block; one of texts cannot say that an
 * answer begins again, and fails instead.
 *
 * <p><b>A call fails</b> with an {@link io.github.resilientllm.chat.LlmException}, also if the
 * answer is not what the method returns ({@link
 * io.github.resilientllm.chat.ErrorKind#MALFORMED_RESPONSE}); in a conversation that answer is kept
 * all the same. Default methods are left as they are, and with {@code @LlmFallback(method =
 * "offline")} on a method one of them is its last resort. What is wrong with an interface stops the
 * application at start-up.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface LlmService {

  /** The same as {@link #policy()}. */
  @AliasFor("policy")
  String value() default "";

  /**
   * The policy of its calls, a key of {@code resilient-llm.policies} or a <code>${...}</code>
   * placeholder; empty for the default one. The default one, named or not, gives way to that of an
   * {@code @LlmFallback} around a call.
   */
  @AliasFor("value")
  String policy() default "";

  /**
   * A class that implements the interface, and whose same method is called with the same arguments
   * when a call fails, unless it was cancelled: a bean, or a class that is made once as one would
   * be. A stream falls back only before its first element. What it throws carries the failure as
   * suppressed exception.
   */
  Class<?> fallback() default void.class;

  /**
   * Classes whose {@link LlmTool} methods the model may call: beans, or classes that are made once
   * as one would be. Then a method answers with what the model says when it calls no more; one that
   * returns a stream needs a {@link ConversationId} for it.
   */
  Class<?>[] tools() default {};
}
