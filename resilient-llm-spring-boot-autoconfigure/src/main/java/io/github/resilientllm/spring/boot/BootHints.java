package io.github.resilientllm.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What a native image has to keep that Spring does not find by itself. */
final class BootHints implements RuntimeHintsRegistrar {

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
    // A property's text becomes a secret by its method of(String).
    hints.reflection().registerType(Secret.class, MemberCategory.INVOKE_PUBLIC_METHODS);
    hints.resources().registerPattern("io/github/resilientllm/postgres/flyway/*.sql");
    // The names of properties are those of records' components, which are bound by others or not.
    for (Class<?> record : KnownProperties.records()) {
      hints
          .reflection()
          .registerType(
              record,
              MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
              MemberCategory.INVOKE_DECLARED_METHODS);
    }
  }
}
