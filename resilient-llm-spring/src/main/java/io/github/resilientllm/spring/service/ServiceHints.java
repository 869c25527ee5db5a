package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.LlmService;
import io.github.resilientllm.spring.SystemMessage;
import io.github.resilientllm.spring.UserMessage;
import io.github.resilientllm.spring.internal.Kotlin;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Keeps the proxies, prompt files, answers' types and fallbacks of services in a native image. */
final class ServiceHints implements BeanRegistrationAotProcessor {
  private static final String CLASSPATH = "classpath:";

  @Override
  public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
    if (bean.getBeanClass() != ServiceFactory.class) {
      return null;
    }
    Object type = bean.getMergedBeanDefinition().getAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE);
    Class<?> service = (Class<?>) Objects.requireNonNull(type);
    return (context, code) -> register(context.getRuntimeHints(), service);
  }

  private static void register(RuntimeHints hints, Class<?> service) {
    hints.proxies().registerJdkProxy(service);
    // Around it stands another one where an advisor applies, as that of @LlmFallback.
    hints.proxies().registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(service));
    hints.reflection().registerType(service);
    BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();
    prompt(hints, service);
    for (Method method : service.getMethods()) {
      prompt(hints, method);
      hints.reflection().registerMethod(method, ExecutableMode.INVOKE);
      ResolvableType structure = Returned.structure(Kotlin.returned(method, service));
      if (structure != null) {
        binding.registerReflectionHints(hints.reflection(), structure.getType());
      }
    }
    LlmService annotation = AnnotatedElementUtils.findMergedAnnotation(service, LlmService.class);
    if (annotation != null) {
      for (Class<?> tools : annotation.tools()) {
        hints.reflection().registerType(tools, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
        for (Method tool : Tools.methods(tools)) {
          hints.reflection().registerMethod(tool, ExecutableMode.INVOKE);
          binding.registerReflectionHints(hints.reflection(), tool.getGenericParameterTypes());
          binding.registerReflectionHints(hints.reflection(), tool.getGenericReturnType());
        }
      }
    }
    if (annotation != null && annotation.fallback() != void.class) {
      hints
          .reflection()
          .registerType(
              annotation.fallback(),
              MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
              MemberCategory.INVOKE_DECLARED_METHODS);
    }
  }

  private static void prompt(RuntimeHints hints, AnnotatedElement annotated) {
    SystemMessage system = annotated.getAnnotation(SystemMessage.class);
    UserMessage user = annotated.getAnnotation(UserMessage.class);
    Stream.of(system == null ? "" : system.resource(), user == null ? "" : user.resource())
        .filter(resource -> resource.startsWith(CLASSPATH))
        .map(resource -> resource.substring(CLASSPATH.length()).replaceFirst("^/", ""))
        .forEach(hints.resources()::registerPattern);
  }
}
