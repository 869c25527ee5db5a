/** Auto-configuration for Spring Boot: nothing here is to be used by name. */
@NullMarked
package io.github.resilientllm.langchain4j.boot;

import org.jspecify.annotations.NullMarked;
