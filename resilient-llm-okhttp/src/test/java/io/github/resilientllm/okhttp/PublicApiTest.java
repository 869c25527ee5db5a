package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was public once stays public: the build fails when a signature of an exported package goes
 * without being taken out of the list in {@code src/test/resources/public-api}.
 *
 * <p>It stands in this module because this one sees all three.
 */
class PublicApiTest {
  private static final Path LISTS = Path.of("src/test/resources/public-api");
  private static final String RENEW = "renew-public-api";

  enum Module {
    API(LlmClient.class),
    CORE(ResilientLlm.class),
    OKHTTP(OpenAi.class);

    private final Class<?> member;

    Module(Class<?> member) {
      this.member = member;
    }

    Path list() {
      return LISTS.resolve(name().toLowerCase(Locale.ROOT) + ".txt");
    }
  }

  @ParameterizedTest
  @EnumSource(Module.class)
  void whatWasPublicIsStillThere(Module module) throws IOException {
    Set<String> now = new TreeSet<>(PublicSignatures.ofModuleOf(module.member));
    assertThat(now).as("the exported packages of " + module).isNotEmpty();
    if (Boolean.getBoolean(RENEW)) {
      Files.createDirectories(LISTS);
      Files.write(module.list(), now);
    }
    List<String> gone =
        Files.readAllLines(module.list()).stream().filter(line -> !now.contains(line)).toList();
    assertThat(gone)
        .as(
            "signatures that users compile against and that are no more; if that is meant, say so"
                + " in UPGRADING.md and renew the lists as CONTRIBUTING.md says")
        .isEmpty();
  }
}
