package io.github.resilientllm.spring.boot;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains classes of OkHttp or Okio that do not fit together, which build tools do not see since
 * the artifacts of OkHttp 4 and 5 have different names.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class OkHttpConflictFailureAnalyzer extends AbstractFailureAnalyzer<LinkageError> {
  private static final List<String> CLASSES =
      List.of("okhttp3/OkHttpClient.class", "okio/Okio.class");

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, LinkageError cause) {
    String message = String.valueOf(cause.getMessage());
    if (!message.contains("okhttp3") && !message.contains("okio")) {
      return null;
    }
    String jars =
        CLASSES.stream()
            .flatMap(name -> copies(name).stream())
            .map(OkHttpConflictFailureAnalyzer::jar)
            .distinct()
            .collect(Collectors.joining(System.lineSeparator() + "    ", "    ", ""));
    return new FailureAnalysis(
        """
        The OkHttp and Okio on the class path do not fit together: %s

        They are in:

        %s"""
            .formatted(message, jars),
        "Leave one OkHttp on the class path. Exclude com.squareup.okhttp3:okhttp (version 4) from the"
            + " dependency that brings it, or com.squareup.okhttp3:okhttp-jvm from"
            + " io.github.resilientllm:resilient-llm-okhttp, which works with either. OkHttp 5 needs"
            + " com.squareup.okio:okio-jvm 3.16 or later.",
        cause);
  }

  private static List<URL> copies(String resource) {
    try {
      ClassLoader loader = OkHttpConflictFailureAnalyzer.class.getClassLoader();
      return Collections.list(loader.getResources(resource));
    } catch (IOException e) {
      return List.of(); // the message alone still says which class it is
    }
  }

  private static String jar(URL of) {
    String url = of.toString();
    int inside = url.lastIndexOf('!');
    return (inside < 0 ? url : url.substring(0, inside)).replaceFirst("^jar:", "");
  }
}
