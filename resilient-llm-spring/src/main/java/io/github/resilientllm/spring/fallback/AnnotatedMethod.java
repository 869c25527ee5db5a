package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.LlmFallback;
import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.Mentions;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method of a bean that the annotation holds for.
 *
 * @param type the bean's class, without what CGLIB adds; a JDK proxy's class if the bean is one
 * @param method the method of that class
 * @param declared where the annotation stands, which also names the parameters for expressions; the
 *     same method if it stands on the class
 */
record AnnotatedMethod(Class<?> type, Method method, LlmFallback annotation, Method declared) {

  /** What Spring calls on the bean itself when it has made it, or ends it. */
  private static final Set<String> LIFE =
      Set.of(
          "jakarta.annotation.PostConstruct",
          "jakarta.annotation.PreDestroy",
          "javax.annotation.PostConstruct",
          "javax.annotation.PreDestroy");

  /** The class whose methods a bean's are, behind its proxy; null if only making it would tell. */
  static @Nullable Class<?> classOf(String bean, ConfigurableListableBeanFactory beans) {
    Class<?> type = AutoProxyUtils.determineTargetClass(beans, bean);
    return type == null ? null : ClassUtils.getUserClass(type);
  }

  /**
   * Those of a class; empty for most classes.
   *
   * @throws SetupException if the annotation stands on the class and holds for no method
   */
  static List<AnnotatedMethod> of(Class<?> beanClass, Mentions mentions) {
    Class<?> type = ClassUtils.getUserClass(beanClass);
    if (!mentions.in(type)) {
      return List.of();
    }
    boolean byClass =
        MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(LlmFallback.class);
    Map<Method, AnnotatedMethod> found =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<@Nullable AnnotatedMethod>)
                method -> annotated(type, method, byClass));
    checkHolds(type, found.values());
    return found.values().stream().distinct().toList();
  }

  private static void checkHolds(Class<?> type, Collection<AnnotatedMethod> found) {
    boolean onIt =
        !Modifier.isAbstract(type.getModifiers())
            && MergedAnnotations.from(type).isPresent(LlmFallback.class);
    boolean holds =
        found.stream()
            .anyMatch(each -> each.isByClass() && each.declared.getDeclaringClass() == type);
    if (onIt && !holds) {
      throw new SetupException(
          "@LlmFallback on "
              + type.getName()
              + " cannot work:\n\n    It holds for the public methods that the class declares, and"
              + " there is none that Spring does not call itself.",
          "Make them public, or put it on the methods, or on the class that declares them.");
    }
  }

  /** Whether the annotation stands on the class. */
  boolean isByClass() {
    return !onMethod(type, method).isPresent();
  }

  /** Whether it is a suspend function of Kotlin's. */
  boolean suspends() {
    return Kotlin.isSuspend(method);
  }

  /** The parameters that a caller fills in. */
  int parameterCount() {
    return Kotlin.parameterCount(method);
  }

  /** What it returns; of a suspend function, what it ends with. */
  ResolvableType returned() {
    return Kotlin.returned(method, type);
  }

  /** The class and method as people know them. */
  String where() {
    Class<?> named = Proxy.isProxyClass(type) ? method.getDeclaringClass() : type;
    return named.getName() + "." + Names.signature(method);
  }

  /**
   * A mistake in its annotation.
   *
   * @param what a sentence that names the values
   * @param remedy what to change
   */
  SetupException wrong(String what, String remedy) {
    return new SetupException(
        "@LlmFallback on " + where() + " cannot work:\n\n    " + what, remedy);
  }

  private static @Nullable AnnotatedMethod annotated(Class<?> type, Method found, boolean byClass) {
    Method method = BridgeMethodResolver.findBridgedMethod(found); // what runs, and is called here
    MergedAnnotation<LlmFallback> onMethod = onMethod(type, method);
    if (onMethod.isPresent()) {
      Method declared = onMethod.getSource() instanceof Method source ? source : method;
      return new AnnotatedMethod(type, method, onMethod.synthesize(), declared);
    }
    if (!byClass
        || !Modifier.isPublic(method.getModifiers())
        || ReflectionUtils.isObjectMethod(method)
        || Modifier.isStatic(method.getModifiers())
        || method.isSynthetic()
        || isBeanMethod(method)
        || isOfLife(method)) {
      return null;
    }
    LlmFallback onClass = onClass(type, method);
    if (onClass == null || method.getName().equals(onClass.method())) {
      return null;
    }
    return new AnnotatedMethod(type, method, onClass, method);
  }

  /**
   * The annotation of a method, or of one that it implements: also where the class inherits the
   * method from one class and has it of an interface that this one knows nothing of.
   */
  private static MergedAnnotation<LlmFallback> onMethod(Class<?> type, Method method) {
    MergedAnnotation<LlmFallback> own =
        MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).get(LlmFallback.class);
    if (own.isPresent() || method.getDeclaringClass() == type) {
      return own;
    }
    return interfaceMethods(method, type).stream()
        .map(each -> MergedAnnotations.from(each, SearchStrategy.TYPE_HIERARCHY))
        .map(each -> each.get(LlmFallback.class))
        .filter(MergedAnnotation::isPresent)
        .findFirst()
        .orElse(own);
  }

  private static boolean isBeanMethod(Method method) {
    return MergedAnnotations.from(method).isPresent(Bean.class);
  }

  private static boolean isOfLife(Method method) {
    Class<?> type = method.getDeclaringClass();
    return LIFE.stream().anyMatch(MergedAnnotations.from(method)::isPresent)
        || (method.getName().equals("afterPropertiesSet")
            && InitializingBean.class.isAssignableFrom(type))
        || (method.getName().equals("destroy") && DisposableBean.class.isAssignableFrom(type));
  }

  private static @Nullable LlmFallback onClass(Class<?> type, Method method) {
    MergedAnnotation<LlmFallback> onClass =
        MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.SUPERCLASS)
            .get(LlmFallback.class);
    if (onClass.isPresent()) {
      return onClass.synthesize();
    }
    for (Method declared : interfaceMethods(method, type)) {
      LlmFallback onInterface =
          AnnotatedElementUtils.findMergedAnnotation(
              declared.getDeclaringClass(), LlmFallback.class);
      if (onInterface != null) {
        return onInterface;
      }
    }
    return null;
  }

  /**
   * Refuses what no proxy can see.
   *
   * @param byClass whether proxies are subclasses of the bean's class
   * @throws SetupException if a call would go past the annotation
   */
  void checkSeen(boolean byClass) {
    int modifiers = method.getModifiers();
    if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
      String kind = Modifier.isPrivate(modifiers) ? "private" : "static";
      throw wrong(
          "The method is " + kind + ", and the proxy around a bean cannot see calls of it.",
          "Make it a public method that is not static, and call it from another bean.");
    }
    if (isBeanMethod(method)) {
      String made = method.getReturnType().getSimpleName();
      throw wrong(
          "It is a @Bean method, which Spring calls once, to make the bean.",
          "Put it on the methods of " + made + ", or on that class.");
    }
    if (isOfLife(method)) {
      throw wrong(
          "Spring calls the method when the bean is made or ends, behind the proxy that would see"
              + " the call.",
          "Move the model calls into a method of another bean, and the annotation with them.");
    }
    if (suspends() && !(Kotlin.hasReactor() && KotlinDetector.isSuspendingFunction(method))) {
      throw wrong(
          "The method is a Kotlin suspend function, which returns before its work is done, and"
              + " Spring's proxies wait for it by way of Reactor, which is not there.",
          "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and"
              + " org.jetbrains.kotlin:kotlin-reflect.");
    }
    if (Proxy.isProxyClass(type)
        || ClassUtils.isLambdaClass(type)
        || (!byClass && !interfaceMethods(method, type).isEmpty())) {
      return;
    }
    boolean finalClass = Modifier.isFinal(type.getModifiers());
    if (finalClass || Modifier.isFinal(modifiers)) {
      throw wrong(
          (finalClass ? "The class is final" : "The method is final")
              + ", and the proxy around a bean is a subclass that overrides its methods.",
          isKotlin()
              ? "Kotlin classes and functions are final unless they are open: write open, or apply"
                  + " the compiler plugin kotlin(\"plugin.spring\") and put @Component on the"
                  + " class."
              : "Take final away, or put the method into an interface and set"
                  + " spring.aop.proxy-target-class=false.");
    }
  }

  /** The interface methods that a class's method implements, also those of a generic interface. */
  static List<Method> interfaceMethods(Method method, Class<?> type) {
    List<Method> found = new ArrayList<>();
    for (Class<?> declaring : ClassUtils.getAllInterfacesForClassAsSet(type)) {
      for (Method candidate : declaring.getMethods()) {
        if (candidate.getName().equals(method.getName())
            && AopUtils.getMostSpecificMethod(candidate, type).equals(method)) {
          found.add(candidate);
        }
      }
    }
    return found;
  }

  private boolean isKotlin() {
    return MergedAnnotations.from(type).isPresent("kotlin.Metadata");
  }
}
