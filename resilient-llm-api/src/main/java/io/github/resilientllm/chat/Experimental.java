package io.github.resilientllm.chat;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks what may change or go in any release, because nobody has used it for long enough to know
 * that it is right. All else that is public stays, as semantic versioning has it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME) // so that the check of the public API leaves it out
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
public @interface Experimental {}
