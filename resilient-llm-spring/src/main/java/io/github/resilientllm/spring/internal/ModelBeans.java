package io.github.resilientllm.spring.internal;

import io.github.resilientllm.provider.LlmProvider;
import java.util.List;

/**
 * A framework's models among the beans of an application, each of which can be a target: the bean
 * of a module that is beside this one where the application has such models.
 */
public interface ModelBeans {

  /** The names of the beans, in the order in which they are asked where nobody says any. */
  List<String> names();

  /** The provider over the bean of that name, which is one of {@link #names()}. */
  LlmProvider provider(String name);
}
