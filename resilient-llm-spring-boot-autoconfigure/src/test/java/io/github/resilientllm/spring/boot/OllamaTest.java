package io.github.resilientllm.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.test.Vendor;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.testcontainers.ollama.OllamaContainer;

/**
 * An Ollama that Testcontainers or Docker Compose started. There is no Docker here: the container
 * and the service are made up, and what they say leads to a local vendor.
 */
class OllamaTest {
  private static final int INSIDE = 11434;

  private final Vendor ollama = Vendor.start("ollama").says("Hello.");
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withUserConfiguration(Apps.Plain.class)
          .withBean(Vendor.class, () -> ollama)
          .withPropertyValues(
              "resilient-llm.providers.local.dialect=ollama",
              "resilient-llm.targets.qwen.provider=local",
              "resilient-llm.targets.qwen.model=qwen3:8b");

  @AfterEach
  void close() {
    ollama.close();
  }

  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration(ServiceConnectionAutoConfiguration.class)
  static class WithContainer {
    @Bean
    @ServiceConnection
    OllamaContainer container(Vendor vendor) {
      URI at = URI.create(vendor.root());
      OllamaContainer container = mock(OllamaContainer.class);
      when(container.getHost()).thenReturn(at.getHost());
      when(container.getMappedPort(INSIDE)).thenReturn(at.getPort());
      return container;
    }
  }

  @Test
  void aContainerWithServiceConnectionIsAsked() {
    application
        .withUserConfiguration(WithContainer.class)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(LlmClient.class).chat("Hello?").text())
                  .isEqualTo("Hello.");
            });
    assertThat(ollama.requests()).hasSize(1);
  }

  @Test
  void aServiceOfDockerComposeIsAsked() {
    application
        .withInitializer(context -> started(context, service("model", "ollama/ollama:0.9")))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context.getBean(LlmClient.class).chat("Hello?").text())
                  .isEqualTo("Hello.");
            });
    assertThat(ollama.requests()).hasSize(1);
  }

  @Test
  void anotherServiceOfDockerComposeIsNot() {
    application
        .withInitializer(context -> started(context, service("page", "nginx:1")))
        .run(context -> assertThat(context).doesNotHaveBean(OllamaConnectionDetails.class));
  }

  /** Tells Boot's listeners that the services of a file run. */
  private static void started(ApplicationContext context, RunningService service) {
    SimpleApplicationEventMulticaster listeners = new SimpleApplicationEventMulticaster();
    SpringFactoriesLoader.loadFactories(ApplicationListener.class, null)
        .forEach(listeners::addApplicationListener);
    try {
      Constructor<DockerComposeServicesReadyEvent> event =
          DockerComposeServicesReadyEvent.class.getDeclaredConstructor(
              ApplicationContext.class, List.class);
      event.setAccessible(true); // only Boot makes one
      listeners.multicastEvent(event.newInstance(context, List.of(service)));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private RunningService service(String name, String image) {
    URI at = URI.create(ollama.root());
    return new RunningService() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public ImageReference image() {
        return ImageReference.of(image);
      }

      @Override
      public String host() {
        return at.getHost();
      }

      @Override
      public ConnectionPorts ports() {
        return new ConnectionPorts() {
          @Override
          public int get(int containerPort) {
            assertThat(containerPort).isEqualTo(INSIDE);
            return at.getPort();
          }

          @Override
          public List<Integer> getAll() {
            return List.of(at.getPort());
          }

          @Override
          public List<Integer> getAll(String protocol) {
            return getAll();
          }
        };
      }

      @Override
      public Map<String, String> env() {
        return Map.of();
      }

      @Override
      public Map<String, String> labels() {
        return Map.of();
      }
    };
  }
}
