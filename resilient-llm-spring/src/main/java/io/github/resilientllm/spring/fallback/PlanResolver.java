package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.spring.LlmClients;
import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.LlmFallbackHandler;
import io.github.resilientllm.spring.LlmOutbox;
import io.github.resilientllm.spring.internal.LastResortListener;
import io.github.resilientllm.spring.internal.LastResorts;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import io.github.resilientllm.spring.outbox.HandledOutbox;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanDefinitionStoreException;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/** Turns an annotation into a plan, or says what is wrong with it. The one place that does. */
final class PlanResolver {
  private final ConfigurableListableBeanFactory beans;
  private final LastResorts lastResorts;

  PlanResolver(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
    this.lastResorts = new LastResorts(beans.getBeanProvider(LastResortListener.class));
  }

  /**
   * What an annotation means.
   *
   * @throws SetupException if it cannot mean what it says
   */
  Plan resolve(AnnotatedMethod annotated) {
    LlmFallback annotation = annotated.annotation();
    ReturnWatch returned = ReturnTypes.of(annotated);
    FailureRule rule = new FailureRule(List.of(annotation.applyOn()), List.of(annotation.skipOn()));
    LastResort lastResort = lastResort(annotated, returned, rule);
    KeptQuestion kept = kept(annotated, lastResort);
    String policy = policy(annotated);
    boolean leaves = annotation.conversation().equals(LlmFallback.NO_CONVERSATION);
    ConversationExpression conversation =
        leaves || annotation.conversation().isEmpty() ? null : ConversationExpression.of(annotated);
    checkClients(annotated, policy, conversation != null);
    return new Plan(
        annotated,
        policy,
        timeout(annotated),
        conversation,
        leaves,
        rule,
        kept != null && lastResort == null ? new Silence() : lastResort,
        kept,
        lastResorts,
        returned);
  }

  private @Nullable LastResort lastResort(
      AnnotatedMethod annotated, ReturnWatch returned, FailureRule rule) {
    LlmFallback annotation = annotated.annotation();
    boolean handled = annotation.handler() != LlmFallback.None.class;
    if (handled && !annotation.method().isEmpty()) {
      throw annotated.wrong(
          "It has both method = \""
              + annotation.method()
              + "\" and handler = "
              + annotation.handler().getSimpleName()
              + ".class, and only one can answer.",
          "Remove one of them.");
    }
    if (handled) {
      return handler(annotated, returned);
    }
    if (!annotation.method().isEmpty()) {
      return methods(annotated, returned, rule);
    }
    if (!annotation.outbox().isEmpty()) {
      return null;
    }
    if (annotation.skipOn().length > 0
        || !Arrays.equals(annotation.applyOn(), new Class<?>[] {LlmException.class})) {
      throw annotated.wrong(
          "It has applyOn or skipOn, and no fallback that they could call for.",
          "Add method = \"...\" or handler = ..., or remove applyOn and skipOn.");
    }
    return null;
  }

  /** Nothing is said, by a method that returns nothing. */
  private record Silence() implements LastResort {
    @Override
    public boolean takes(Throwable failure) {
      return true;
    }

    @Override
    public @Nullable Object answer(Failover call, Throwable failure) {
      return null;
    }
  }

  private @Nullable KeptQuestion kept(AnnotatedMethod annotated, @Nullable LastResort lastResort) {
    String outbox = annotated.annotation().outbox();
    if (outbox.isEmpty()) {
      return null;
    }
    if (lastResort == null && annotated.returned().resolve() != void.class) {
      throw annotated.wrong(
          "It keeps the question in the outbox, and nothing says what its caller gets meanwhile.",
          "Add method = \"...\" or handler = ..., which says that there will be an answer.");
    }
    ObjectProvider<LlmOutbox> outboxes = beans.getBeanProvider(LlmOutbox.class);
    LlmOutbox its = outboxes.getIfAvailable();
    if (its == null) {
      throw annotated.wrong(
          "It keeps the question in the outbox, and the application has none.",
          "Set resilient-llm.outbox.directory, or resilient-llm.outbox.type=postgres.");
    }
    if (its instanceof HandledOutbox handled && !handled.handlers().contains(outbox)) {
      throw annotated.wrong(
          "outbox = \""
              + outbox
              + "\" names no @LlmHandler method."
              + Nearest.question(outbox, handled.handlers()),
          "Write one: @LlmHandler(\"" + outbox + "\") public void ...(Delivery done).");
    }
    return new KeptQuestion(outbox, parameters(annotated), outboxes);
  }

  private static List<String> parameters(AnnotatedMethod annotated) {
    String[] names = new DefaultParameterNameDiscoverer().getParameterNames(annotated.method());
    if (names == null) {
      throw annotated.wrong(
          "It keeps its arguments with the question by their names, which the class file does not"
              + " have.",
          "Compile with -parameters.");
    }
    return List.of(names);
  }

  private LastResort methods(AnnotatedMethod annotated, ReturnWatch returned, FailureRule rule) {
    String method = annotated.annotation().method();
    int colons = method.indexOf("::");
    String bean = colons < 0 ? null : method.substring(0, colons);
    String name = colons < 0 ? method : method.substring(colons + 2);
    Class<?> owner = bean == null ? annotated.type() : typeOf(annotated, bean);
    FallbackSearch search = new FallbackSearch(annotated, returned, rule, name, owner, bean);
    return new FallbackMethods(search.methods(), bean, beans);
  }

  private Class<?> typeOf(AnnotatedMethod annotated, String bean) {
    if (!beans.containsBean(bean)) {
      throw annotated.wrong(
          "method = \""
              + annotated.annotation().method()
              + "\" names the bean \""
              + bean
              + "\", and there is no such bean."
              + Nearest.question(bean, List.of(beans.getBeanDefinitionNames())),
          "Name a bean of the application, or leave \""
              + bean
              + "::\" out for a method of "
              + annotated.type().getSimpleName()
              + ".");
    }
    Class<?> type = AnnotatedMethod.classOf(bean, beans);
    if (type == null) {
      throw annotated.wrong(
          "The type of the bean \"" + bean + "\" is not known before it is made.",
          "Let its factory declare the type of what it makes.");
    }
    return type;
  }

  private LastResort handler(AnnotatedMethod annotated, ReturnWatch returned) {
    Class<? extends LlmFallbackHandler<?>> type = annotated.annotation().handler();
    List<String> names =
        List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false));
    List<String> primary =
        names.size() == 1 ? names : names.stream().filter(this::isPrimary).toList();
    if (primary.size() != 1) {
      throw annotated.wrong(
          names.isEmpty()
              ? "handler = " + type.getSimpleName() + ".class is no bean of the application."
              : "handler = "
                  + type.getSimpleName()
                  + ".class is the type of several beans, "
                  + names
                  + ".",
          names.isEmpty()
              ? "Put @Component on " + type.getName() + ", or declare it with @Bean."
              : "Mark one of them @Primary, or name a more specific type.");
    }
    ResolvableType wanted = annotated.returned();
    ResolvableType given = ResolvableType.forClass(type).as(LlmFallbackHandler.class).getGeneric(0);
    if (!ReturnTypes.fits(returned, wanted, given)) {
      throw annotated.wrong(
          "The method returns "
              + wanted
              + ", and handler = "
              + type.getSimpleName()
              + ".class answers with "
              + given
              + ".",
          "Use a handler that implements LlmFallbackHandler<"
              + (wanted.resolve(Object.class) == void.class ? "Void" : wanted)
              + ">.");
    }
    return new FallbackHandler(primary.get(0), beans);
  }

  private boolean isPrimary(String name) {
    return beans.containsBeanDefinition(name) && beans.getMergedBeanDefinition(name).isPrimary();
  }

  private @Nullable String policy(AnnotatedMethod annotated) {
    String policy = annotated.annotation().policy();
    return policy.isEmpty() ? null : placeholders(annotated, "policy", policy);
  }

  private void checkClients(
      AnnotatedMethod annotated, @Nullable String policy, boolean conversation) {
    if (policy == null && !conversation) {
      return;
    }
    LlmClients clients = beans.getBeanProvider(LlmClients.class).getIfAvailable();
    if (clients == null) {
      throw annotated.wrong(
          "It names a policy or a conversation, and the application has no policies.",
          "Configure resilient-llm.providers and resilient-llm.targets, and leave"
              + " resilient-llm.enabled at true.");
    }
    if (policy != null && Names.find(policy, clients.policies()).isEmpty()) {
      throw annotated.wrong(
          "There is no policy \"" + policy + "\"." + Nearest.question(policy, clients.policies()),
          "Name one of " + clients.policies() + ", or add resilient-llm.policies." + policy + ".");
    }
    if (conversation) {
      checkJournal(annotated, clients, policy == null ? clients.defaultPolicy() : policy);
    }
  }

  private static void checkJournal(AnnotatedMethod annotated, LlmClients clients, String policy) {
    try {
      Object unused = clients.resilient(policy).conversation("checked at start-up");
    } catch (IllegalStateException noJournal) {
      throw annotated.wrong(
          "It names a conversation, and the application keeps no journal.",
          "Set resilient-llm.journal.enabled=true and resilient-llm.journal.directory, or declare"
              + " a Journal bean.");
    }
  }

  private long timeout(AnnotatedMethod annotated) {
    String text = annotated.annotation().timeout();
    if (text.isEmpty()) {
      return 0;
    }
    String resolved = placeholders(annotated, "timeout", text);
    try {
      Duration timeout = DurationFormatterUtils.detectAndParse(resolved);
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("not more than zero");
      }
      return timeout.toNanos();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw annotated.wrong(
          "timeout = \""
              + text
              + "\""
              + (text.equals(resolved) ? "" : ", which is \"" + resolved + "\",")
              + " is no time above zero.",
          "Write a number and a unit, such as \"500ms\", \"20s\" or \"2m\", or as \"PT1M30S\".");
    }
  }

  private String placeholders(AnnotatedMethod annotated, String attribute, String text) {
    String resolved;
    try {
      resolved = beans.resolveEmbeddedValue(text);
    } catch (IllegalArgumentException | BeanDefinitionStoreException e) {
      resolved = text;
    }
    if (resolved == null || resolved.contains("${")) {
      throw annotated.wrong(
          attribute + " = \"" + text + "\" has a placeholder that no property fills.",
          "Set the property, or give it a default as in \"${name:value}\".");
    }
    return resolved;
  }
}
