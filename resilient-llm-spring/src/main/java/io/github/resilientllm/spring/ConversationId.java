package io.github.resilientllm.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The parameter of an {@link LlmService}'s method that is the id of the conversation which the
 * question belongs to: a {@code String}, {@code UUID}, {@code long} or {@code int}.
 *
 * <p>The application's journal then keeps question and answer, and the model is shown what was said
 * before. It goes before the conversation of an {@code @LlmFallback} around the call. Null is
 * refused with an {@link IllegalArgumentException}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ConversationId {}
