package io.github.resilientllm.spring.boot;

import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/** Where the Ollama of a Docker Compose file is. */
final class OllamaComposeConnection
    extends DockerComposeConnectionDetailsFactory<OllamaConnectionDetails> {
  /** Which Ollama listens on inside of its container. */
  static final int PORT = 11434;

  OllamaComposeConnection() {
    super("ollama/ollama");
  }

  @Override
  protected OllamaConnectionDetails getDockerComposeConnectionDetails(
      DockerComposeConnectionSource source) {
    return new Details(source.getRunningService());
  }

  private static final class Details extends DockerComposeConnectionDetails
      implements OllamaConnectionDetails {
    private final String address;

    Details(RunningService service) {
      super(service);
      this.address = "http://" + service.host() + ":" + service.ports().get(PORT);
    }

    @Override
    public String address() {
      return address;
    }
  }
}
