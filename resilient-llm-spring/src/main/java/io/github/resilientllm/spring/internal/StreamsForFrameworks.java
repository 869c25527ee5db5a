package io.github.resilientllm.spring.internal;

/**
 * Says, by being a bean, that a framework reads the streams of this application's clients, and that
 * it has no way to hear that an answer begins again. So policies that say nothing about it continue
 * an answer that broke off.
 */
public final class StreamsForFrameworks {}
