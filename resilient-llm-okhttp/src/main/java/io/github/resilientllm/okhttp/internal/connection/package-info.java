/**
 * Which connection a request goes over: the clients and their settings, names, proxies, which
 * connections are still alive, and what proves that a request was not processed (ADR 16).
 *
 * <p>What may not live here: what is sent or read. It knows {@code waiting} only; {@code http}
 * sends over it.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.connection;

import org.jspecify.annotations.NullMarked;
