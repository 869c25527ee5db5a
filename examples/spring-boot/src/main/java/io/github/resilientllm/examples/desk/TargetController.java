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
  private final AttemptTally tally;

  TargetController(LlmClients clients, AttemptTally tally) {
    this.clients = clients;
    this.tally = tally;
  }

  /** The targets of the support's policy, in the order in which they are asked. */
  @GetMapping("/api/targets")
  List<Target> targets() {
    return clients.resilient(Agent.POLICY).breakers().entrySet().stream()
        .map(target -> new Target(target.getKey(), target.getValue(), tally.of(target.getKey())))
        .toList();
  }

  /** A target. */
  record Target(String name, BreakerState breaker, AttemptTally.Count attempts) {}
}
