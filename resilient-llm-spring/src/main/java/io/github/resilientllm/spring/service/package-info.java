/** Interfaces whose methods ask a model. */
@NullMarked
package io.github.resilientllm.spring.service;

import org.jspecify.annotations.NullMarked;
