package io.github.resilientllm.spring.observe;

import io.github.resilientllm.CallPlan;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.BreakerState;
import io.github.resilientllm.spring.LlmClients;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client as endpoints and health show it: plain maps, which any JSON library writes. */
final class ClientView {
  private ClientView() {}

  /** The targets of a policy by name, in their order. */
  static Map<String, Object> targets(ResilientLlm client, Instant now) {
    Map<String, Object> targets = new LinkedHashMap<>();
    for (Target.State target : client.targets()) {
      Map<String, Object> view = new LinkedHashMap<>();
      view.put("vendor", target.vendor());
      view.put("model", target.model());
      view.put("rank", target.rank());
      view.put("state", target.breaker().name());
      view.put("since", at(now.minus(target.breakerFor())));
      if (target.forced()) {
        view.put("forced", true);
      } else if (target.breaker() == BreakerState.OPEN) {
        view.put("probeAt", at(now.plus(target.probeIn())));
      }
      view.put("attempts", target.attempts());
      view.put("failures", target.failures());
      view.put("failureShare", target.failureShare());
      view.put("retryTokens", target.retryTokens());
      if (target.limitedFor().compareTo(Duration.ZERO) > 0) {
        view.put("limitedUntil", at(now.plus(target.limitedFor())));
      }
      targets.put(target.name(), view);
    }
    return targets;
  }

  /** A policy: its plan and its targets. */
  static Map<String, Object> policy(LlmClients clients, String policy, Instant now) {
    ResilientLlm client = clients.resilient(policy);
    CallPlan plan = client.plan();
    Map<String, Object> costs = new LinkedHashMap<>();
    costs.put("maxAttempts", plan.maxAttempts());
    costs.put("maxHedges", plan.maxHedges());
    costs.put("longest", plan.longest().toString());
    if (Double.isFinite(plan.expectedExtraLoad())) { // JSON knows no infinity
      costs.put("expectedExtraLoad", plan.expectedExtraLoad());
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("isDefault", policy.equals(clients.defaultPolicy()));
    view.put("plan", costs);
    view.put("targets", targets(client, now));
    return view;
  }

  /** Whether no target of a policy takes calls. */
  static boolean isExhausted(ResilientLlm client) {
    List<Target.State> targets = client.targets();
    return targets.stream().allMatch(target -> target.breaker() == BreakerState.OPEN);
  }

  private static String at(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
