package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.LlmScope;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** Runs an annotated method in its scope, once, and its fallback when it failed. */
final class LlmFallbackInterceptor implements MethodInterceptor {
  private final FallbackPlans plans;

  LlmFallbackInterceptor(FallbackPlans plans) {
    this.plans = plans;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation call) throws Throwable {
    Plan plan = plans.of(call);
    if (plan == null) {
      return call.proceed();
    }
    LlmScope outer = LlmScope.current();
    String conversation = plan.conversation(call.getArguments());
    LlmScope scope = plan.scope(outer, conversation);
    Failover failover = new Failover(plan, call, outer, conversation);
    Object returned;
    LlmScope.set(scope);
    try {
      plan.returned().begin(call, scope);
      returned = call.proceed();
    } catch (Throwable failure) {
      scope.end();
      return plan.returned().of(failover.recover(failure, scope));
    } finally {
      LlmScope.set(outer);
    }
    if (returned == null || plan.returned() == ReturnWatch.VALUE) {
      scope.end();
      return returned;
    }
    return plan.returned().watched(returned, scope, failover);
  }
}
