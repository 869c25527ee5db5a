package io.github.resilientllm.testing;

/** The engine's {@link io.github.resilientllm.internal.time.VirtualTime}, by its shorter name. */
public final class VirtualTime extends io.github.resilientllm.internal.time.VirtualTime {}
