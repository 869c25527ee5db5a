package io.github.resilientllm.spring.test;

import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.spring.LlmClients;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Makes the next test method of a shared context begin where the first one did. */
final class Forgetting implements TestExecutionListener {

  @Override
  public void afterTestMethod(TestContext test) {
    if (!test.hasApplicationContext()) {
      return;
    }
    ApplicationContext context = test.getApplicationContext();
    context.getBeanProvider(ScriptedLlm.class).ifAvailable(ScriptedLlm::forget);
    context.getBeanProvider(LlmClients.class).ifAvailable(Forgetting::closeBreakers);
  }

  private static void closeBreakers(LlmClients clients) {
    for (String policy : clients.policies()) {
      ResilientLlm client = clients.resilient(policy);
      client.targets().forEach(target -> client.reset(target.name()));
    }
  }
}
