package io.github.resilientllm.test.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test in which vendors break: its parameters of the type {@link
 * io.github.resilientllm.test.Vendor} are servers of their own, and end with it.
 *
 * <pre>{@code
 * @LlmOutageTest
 * void aBrokenAnswerIsReplaced(Vendor openai, Vendor fallback) {
 *   openai.streams(40).tokens().thenCuts();
 *   Support support = new Support(openai.baseUrl(), fallback.baseUrl());
 *   Call call = Call.of(() -> support.answer("Where is my parcel?"), openai, fallback);
 *   assertThat(call).answeredBy(fallback).within(5, SECONDS).billedAtMost(2);
 * }
 * }</pre>
 *
 * <p>On a method it takes the place of {@link Test}; on a class it serves all its methods, whatever
 * kind of test they are, and those that run before each. A vendor is called like its parameter
 * where the compiler keeps the names ({@code -parameters}), and else {@code a}, {@code b}, {@code
 * c} in their order. Such tests may run in parallel.
 *
 * <p>Vendors that must be there before the test, as for Spring's {@code @DynamicPropertySource},
 * are static fields of the class: they are well again before each test, so that tests that share
 * them must not run in parallel; if they do, that is an error. Whoever starts them closes them.
 *
 * <p>A test that ends well although no request came to its vendors, or none met a script of theirs,
 * is an error: a {@link io.github.resilientllm.test.NotReachedException}.
 *
 * <p>A test that fails says in its failure what the vendors saw, and draws a timeline of its calls
 * and of the requests as its vendors saw them: see {@link OutageExtension#REPORTS}.
 */
@Documented
@Test
@ExtendWith(OutageExtension.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface LlmOutageTest {}
