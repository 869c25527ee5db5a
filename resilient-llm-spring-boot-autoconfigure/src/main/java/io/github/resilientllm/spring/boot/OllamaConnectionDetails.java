package io.github.resilientllm.spring.boot;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where an Ollama server is that was started for this application: a container of a test with
 * {@code @ServiceConnection}, or a service of Docker Compose. It takes the place of the {@code
 * base-url} of all providers whose dialect is {@code ollama}.
 */
public interface OllamaConnectionDetails extends ConnectionDetails {

  /** The server's address without a path, such as {@code http://localhost:32768}. */
  String address();
}
