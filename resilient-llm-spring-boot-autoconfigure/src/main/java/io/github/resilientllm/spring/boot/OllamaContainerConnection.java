package io.github.resilientllm.spring.boot;

import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.ollama.OllamaContainer;

/** Where the Ollama of a {@code @ServiceConnection} container is. */
final class OllamaContainerConnection
    extends ContainerConnectionDetailsFactory<OllamaContainer, OllamaConnectionDetails> {

  @Override
  protected OllamaConnectionDetails getContainerConnectionDetails(
      ContainerConnectionSource<OllamaContainer> source) {
    return new Details(source);
  }

  private static final class Details extends ContainerConnectionDetails<OllamaContainer>
      implements OllamaConnectionDetails {
    Details(ContainerConnectionSource<OllamaContainer> source) {
      super(source);
    }

    @Override
    public String address() {
      return "http://" + getContainer().getHost() + ":" + port();
    }

    private int port() {
      return getContainer().getMappedPort(OllamaComposeConnection.PORT);
    }
  }
}
