package io.github.resilientllm.spring.service;

import io.github.resilientllm.spring.ConversationId;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.Nearest;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** Reads what a method of a service says, and refuses what cannot be meant. */
final class MethodReader {
  private static final Set<Class<?>> IDS =
      Set.of(String.class, UUID.class, long.class, Long.class, int.class, Integer.class);

  private final Messages messages;
  private final LlmJson json;

  MethodReader(Messages messages, LlmJson json) {
    this.messages = messages;
    this.json = json;
  }

  /**
   * Reads a method.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException for the first mistake
   */
  ServiceMethod read(Class<?> service, Method method) {
    Site site = new Site(service, method);
    List<Parameter> parameters =
        List.of(method.getParameters()).subList(0, Kotlin.parameterCount(method));
    parameters.forEach(parameter -> checkSays(site, parameter));
    int conversation = conversation(site, parameters);
    Template system = messages.system(site);
    Template user = messages.user(site);
    check(site, "@SystemMessage", system, parameters);
    check(site, "@UserMessage", user, parameters);
    List<String> left = left(parameters, conversation, system);
    if (user == null) {
      user = Template.parameter(question(site, left));
    } else {
      left.removeAll(user.names());
      checkUsed(site, left);
    }
    Returned returned = Returned.of(method, site, json);
    List<ServiceMethod.Parameter> described =
        parameters.stream()
            .map(one -> new ServiceMethod.Parameter(one.getName(), Nullness.isNullable(one)))
            .toList();
    return new ServiceMethod(
        site, described, system, user, conversation, returned, Options.of(site));
  }

  /** Refuses what would be said as the name of its class and a number. */
  private static void checkSays(Site site, Parameter parameter) {
    Class<?> type = parameter.getType();
    Method says = ReflectionUtils.findMethod(type, "toString");
    boolean may = // what is no class of its own is of another one, which may say more
        type.isPrimitive()
            || type.isArray()
            || type == Object.class
            || Modifier.isAbstract(type.getModifiers());
    if (!may && says != null && says.getDeclaringClass() == Object.class) {
      throw site.wrong(
          "The parameter \""
              + parameter.getName()
              + "\" is a "
              + type.getName()
              + ", whose toString() says nothing of what it holds.",
          "Write its toString(), make it a record, or take what is to be said of it.");
    }
  }

  private static int conversation(Site site, List<Parameter> parameters) {
    int found = -1;
    for (int i = 0; i < parameters.size(); i++) {
      if (!parameters.get(i).isAnnotationPresent(ConversationId.class)) {
        continue;
      }
      if (found >= 0) {
        throw site.wrong(
            "Two parameters are the @ConversationId: \""
                + parameters.get(found).getName()
                + "\" and \""
                + parameters.get(i).getName()
                + "\".",
            "Leave it on the one that names the conversation.");
      }
      found = i;
      Class<?> type = parameters.get(i).getType();
      if (!IDS.contains(type)) {
        throw site.wrong(
            "The @ConversationId \""
                + parameters.get(i).getName()
                + "\" is a "
                + type.getName()
                + ".",
            "Take the id as a String, a UUID, a long or an int.");
      }
    }
    return found;
  }

  private static void check(
      Site site, String annotation, @Nullable Template template, List<Parameter> parameters) {
    if (template == null || template.names().isEmpty()) {
      return;
    }
    List<String> names = parameters.stream().map(Parameter::getName).toList();
    for (String name : template.names()) {
      if (!names.contains(name)) {
        checkNamed(site, annotation, name, parameters);
        throw site.wrong(
            annotation + " has {{" + name + "}}, and no parameter has that name.",
            Nearest.advice(name, "parameters", names)
                + " Correct the message, or add a parameter \""
                + name
                + "\".");
      }
    }
  }

  private static void checkNamed(
      Site site, String annotation, String name, List<Parameter> parameters) {
    if (parameters.stream().allMatch(Parameter::isNamePresent)) {
      return;
    }
    throw site.wrong(
        annotation
            + " has {{"
            + name
            + "}}, and the names of the parameters are not known, for "
            + site.service().getSimpleName()
            + " was compiled without -parameters.",
        "Compile it with -parameters: <parameters>true</parameters> of maven-compiler-plugin,"
            + " options.compilerArgs.add(\"-parameters\") in Gradle, javaParameters = true in"
            + " Kotlin's compilerOptions. The parent POM and the plugins of Spring Boot do so.");
  }

  /** The parameters that neither name the conversation nor stand in the instructions. */
  private static List<String> left(
      List<Parameter> parameters, int conversation, @Nullable Template system) {
    Set<String> used = system == null ? Set.of() : new HashSet<>(system.names());
    List<String> left = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).getName();
      if (i != conversation && !used.contains(name)) {
        left.add(name);
      }
    }
    return left;
  }

  private static String question(Site site, List<String> left) {
    if (left.size() == 1) {
      return left.get(0);
    }
    if (left.isEmpty()) {
      throw site.wrong(
          "It asks nothing: it has no @UserMessage, and no parameter that could be the question.",
          "Add @UserMessage(\"...\"), or a parameter that is the question.");
    }
    throw site.wrong(
        "It has no @UserMessage, and which of the parameters "
            + String.join(", ", left)
            + " is the question nobody knows.",
        "Add a message with all of them, such as @UserMessage(\""
            + String.join(" ", left.stream().map(name -> "{{" + name + "}}").toList())
            + "\").");
  }

  private static void checkUsed(Site site, List<String> unused) {
    if (unused.isEmpty()) {
      return;
    }
    String name = unused.get(0);
    throw site.wrong(
        "The parameter \"" + name + "\" stands in no message.",
        "Write {{" + name + "}} into @UserMessage or @SystemMessage, or remove the parameter.");
  }

  /** The methods that are to be read, of the interface and of those it extends. */
  static List<Method> ofService(Class<?> service) {
    return Arrays.stream(service.getMethods())
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .filter(method -> Kotlin.body(method) == null)
        .toList();
  }
}
