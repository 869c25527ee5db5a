/**
 * Faults on purpose in a running application, by the test kit where it is on the class path: off
 * until a property says so, refused in production unless another one does, and over by itself.
 */
@NullMarked
package io.github.resilientllm.spring.chaos;

import org.jspecify.annotations.NullMarked;
