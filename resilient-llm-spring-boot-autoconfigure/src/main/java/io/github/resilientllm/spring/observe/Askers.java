package io.github.resilientllm.spring.observe;

import io.github.resilientllm.spring.LlmClients;
import java.util.List;

/** The policies that ask a target. */
final class Askers {
  private Askers() {}

  /** Their names, in their order; none if there is no such target. */
  static List<String> of(String target, LlmClients clients) {
    return clients.policies().stream()
        .filter(
            policy ->
                clients.resilient(policy).targets().stream()
                    .anyMatch(each -> each.name().equals(target)))
        .toList();
  }
}
