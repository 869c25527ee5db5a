package io.github.resilientllm.test.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@link io.github.resilientllm.test.Vendor} parameter: a vendor that speaks TLS, as {@link
 * io.github.resilientllm.test.Vendor#startSecure} starts it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface OverTls {}
