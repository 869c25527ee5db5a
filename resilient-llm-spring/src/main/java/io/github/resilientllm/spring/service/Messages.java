package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ResourceLoader;

/** Reads the messages of a method, from its annotations or from files. */
final class Messages {
  private static final int MAX_BYTES = 1 << 20;

  private final ResourceLoader resources;

  Messages(ResourceLoader resources) {
    this.resources = resources;
  }

  /** The instructions of a method; null if it has none. */
  @Nullable Template system(Site site) {
    SystemMessage message =
        site.method() == null ? null : site.method().getAnnotation(SystemMessage.class);
    if (message == null) {
      message = site.service().getAnnotation(SystemMessage.class);
    }
    return message == null
        ? null
        : template(site, "@SystemMessage", message.value(), message.resource());
  }

  /** The question of a method; null if it has none of its own. */
  @Nullable Template user(Site site) {
    UserMessage message =
        site.method() == null ? null : site.method().getAnnotation(UserMessage.class);
    return message == null
        ? null
        : template(site, "@UserMessage", message.value(), message.resource());
  }

  private Template template(Site site, String annotation, String value, String resource) {
    if (!value.isEmpty() && !resource.isEmpty()) {
      throw site.wrong(
          annotation + " has a text and the resource \"" + resource + "\".", "Remove one of them.");
    }
    String text = resource.isEmpty() ? value : read(site, annotation, resource);
    if (text.isBlank()) {
      throw site.wrong(
          annotation + (resource.isEmpty() ? " is empty." : "'s " + resource + " is empty."),
          "Write what is to be said to the model, or remove the annotation.");
    }
    try {
      return Template.of(text);
    } catch (IllegalArgumentException e) {
      throw site.wrong(
          annotation + " has braces that hold no parameter's name: \"" + e.getMessage() + "\".",
          "Write {{name}} with the name of a parameter, or \\{{ for the braces themselves (in Java"
              + " source \"\\\\{{\").");
    }
  }

  private String read(Site site, String annotation, String resource) {
    try (InputStream in = resources.getResource(resource).getInputStream()) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw site.wrong(
            annotation + "'s " + resource + " has more than " + MAX_BYTES + " bytes.",
            "Shorten it: all of it would be sent with each call.");
      }
      return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw site.wrong(
          annotation + "'s " + resource + " cannot be read: " + e.getMessage() + ".",
          "Put the file there, for classpath: below src/main/resources, or correct the path.");
    }
  }
}
