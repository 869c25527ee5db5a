package io.github.resilientllm.spring.observe;

import io.github.resilientllm.Target;
import io.github.resilientllm.spring.LlmClients;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The targets of a policy, as they are known once its client has been built and is called. */
final class PolicyTargets {
  /** A target that there is no more, as an answer kept by a conversation may have one. */
  private static final String OTHER = "_OTHER";

  private final String policy;
  private final Supplier<LlmClients> clients;
  private volatile @Nullable Known known;

  PolicyTargets(String policy, Supplier<LlmClients> clients) {
    this.policy = policy;
    this.clients = clients;
  }

  /** The one that is asked first. */
  Target.State first() {
    return known().first;
  }

  /** Whether it is asked before those that are fallbacks. */
  boolean isFirstChoice(String target) {
    Integer rank = known().ranks.get(target);
    return rank != null && rank == 0;
  }

  /** The target as a tag, which has few values. */
  String tag(@Nullable String target) {
    if (target == null) {
      return MeterTags.NONE;
    }
    return known().ranks.containsKey(target) ? target : OTHER;
  }

  private Known known() {
    Known all = known;
    if (all == null) {
      List<Target.State> targets = clients.get().resilient(policy).targets();
      Map<String, Integer> ranks = new HashMap<>();
      targets.forEach(target -> ranks.put(target.name(), target.rank()));
      all = new Known(targets.get(0), ranks);
      known = all;
    }
    return all;
  }

  private record Known(Target.State first, Map<String, Integer> ranks) {}
}
