/**
 * What is known of a model by its name: efforts, windows, sampling, who thinks in silence, and what
 * users say of it. What several vendors serve, such as Claude, is decided here once and spelt by
 * each.
 *
 * <p>What may not live here: a field of a request. It knows {@code json}, for the users' file.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.models;

import org.jspecify.annotations.NullMarked;
