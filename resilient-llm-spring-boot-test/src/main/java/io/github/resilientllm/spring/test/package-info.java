/** Tests of Spring applications without a vendor, a key or a network: {@link AutoConfigureLlm}. */
@NullMarked
package io.github.resilientllm.spring.test;

import org.jspecify.annotations.NullMarked;
