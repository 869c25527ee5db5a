/** How long a Spring Boot application takes to start, with the starter and without. */
@NullMarked
package io.github.resilientllm.startup;

import org.jspecify.annotations.NullMarked;
