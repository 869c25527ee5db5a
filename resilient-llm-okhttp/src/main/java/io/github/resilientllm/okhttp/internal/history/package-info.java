/**
 * Any history into any vendor's order: turns that alternate, calls with their results, ids and
 * names that are taken, files and images, marks for a vendor's cache.
 *
 * <p>What may not live here: how one vendor spells it. It knows {@code json}; the vendors' plans
 * and writers stand on it.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.history;

import org.jspecify.annotations.NullMarked;
