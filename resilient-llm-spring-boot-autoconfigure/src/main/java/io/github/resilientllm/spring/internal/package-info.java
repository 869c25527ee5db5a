/** What the parts of the auto-configuration share; not for applications. */
@NullMarked
package io.github.resilientllm.spring.internal;

import org.jspecify.annotations.NullMarked;
