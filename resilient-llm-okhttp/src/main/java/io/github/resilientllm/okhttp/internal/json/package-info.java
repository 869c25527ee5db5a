/**
 * JSON, read and written: {@code Fields} for reading without a tree, {@code JsonTree} for the few
 * values that are looked at twice, {@code JsonBody} for a request, and JSON Schema. What is no JSON
 * as it should be is a {@code MalformedAnswer} if it came, and an {@code UnwritableRequest} if it
 * is to go.
 *
 * <p>What may not live here: a vendor's field. It knows nobody.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.json;

import org.jspecify.annotations.NullMarked;
