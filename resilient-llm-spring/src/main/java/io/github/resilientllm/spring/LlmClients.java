package io.github.resilientllm.spring;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.chat.LlmClient;
import java.util.Set;

/**
 * The clients of an application, one for each policy, by the policy's name. Safe for several
 * threads.
 */
public interface LlmClients {

  /** The names of the policies, in the order in which they are configured. */
  Set<String> policies();

  /** The name of the policy that is used where none is named. */
  String defaultPolicy();

  /**
   * The client that is injected without {@link Llm @Llm}: of the default policy, or of the policy
   * and in the conversation that an {@link LlmFallback @LlmFallback} around the call names.
   */
  LlmClient client();

  /**
   * The client of a policy, whatever an {@link LlmFallback @LlmFallback} around the call names: it
   * keeps to the annotation's time-out only.
   *
   * @throws IllegalArgumentException if there is no such policy; the message names those there are
   */
  LlmClient client(String policy);

  /**
   * The client of a policy without what an annotation says, to look at its targets or to rehearse a
   * failover.
   *
   * @throws IllegalArgumentException if there is no such policy; the message names those there are
   */
  ResilientLlm resilient(String policy);

  /**
   * A conversation by the default policy, new or as it was left.
   *
   * @throws IllegalStateException if the application has no journal
   */
  default Conversation conversation(String id) {
    return conversation(defaultPolicy(), id);
  }

  /**
   * A conversation by a policy, new or as it was left.
   *
   * @throws IllegalArgumentException if there is no such policy; the message names those there are
   * @throws IllegalStateException if the application has no journal
   */
  default Conversation conversation(String policy, String id) {
    return resilient(policy).conversation(id);
  }
}
