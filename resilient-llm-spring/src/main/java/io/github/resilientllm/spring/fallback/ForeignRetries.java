package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Names;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** Annotations of others that run a whole method again, and so multiply what is retried inside. */
final class ForeignRetries {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignRetries.class);

  private static final List<String> ANNOTATIONS =
      List.of(
          "org.springframework.retry.annotation.Retryable",
          "org.springframework.resilience.annotation.Retryable",
          "io.github.resilience4j.retry.annotation.Retry");

  private ForeignRetries() {}

  static void warnOf(AnnotatedMethod method) {
    MergedAnnotations onMethod =
        MergedAnnotations.from(method.method(), SearchStrategy.TYPE_HIERARCHY);
    MergedAnnotations onClass =
        MergedAnnotations.from(method.type(), SearchStrategy.TYPE_HIERARCHY);
    for (String annotation : ANNOTATIONS) {
      if (onMethod.isPresent(annotation) || onClass.isPresent(annotation)) {
        LOG.warn(
            "{}.{} has @LlmFallback and @{}: each retry of the method asks the models again, with"
                + " all their own retries. Let one of them do it.",
            method.type().getName(),
            Names.signature(method.method()),
            annotation);
      }
    }
  }
}
