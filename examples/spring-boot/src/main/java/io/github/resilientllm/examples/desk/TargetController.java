package io.github.resilientllm.examples.desk;

import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.spring.LlmClients;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The state of the models as the page shows it. */
@RestController
class TargetController {
  private final LlmClients clients;

  TargetController(LlmClients clients) {
    this.clients = clients;
  }

  /** The targets of the support's policy, in the order in which they are asked. */
  @GetMapping("/api/targets")
  List<Target> targets() {
    return clients.resilient(Agent.POLICY).targets().stream()
        .map(each -> new Target(each.name(), each.breaker(), each.attempts(), each.failures()))
        .toList();
  }

  /**
   * A target.
   *
   * @param attempts the last ones, which its breaker looks at
   * @param failures those of them that failed
   */
  record Target(String name, BreakerState breaker, long attempts, long failures) {}
}
