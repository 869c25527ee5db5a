/** Auto-configuration for Spring Boot 4: nothing here is to be used by name. */
@NullMarked
package io.github.resilientllm.springai.boot;

import org.jspecify.annotations.NullMarked;
