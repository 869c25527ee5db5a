/** What the annotations, the services and the auto-configuration share; not for applications. */
@NullMarked
package io.github.resilientllm.spring.internal;

import org.jspecify.annotations.NullMarked;
