package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.Experimental;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What others can compile against in a module, one line each, without what is experimental. */
final class PublicSignatures {
  private final List<String> lines = new ArrayList<>();

  private PublicSignatures() {}

  /** The signatures of all packages that a class's module exports to everybody. */
  static List<String> ofModuleOf(Class<?> member) throws IOException {
    PublicSignatures all = new PublicSignatures();
    ModuleReference module = moduleOf(member);
    Set<String> exported =
        module.descriptor().exports().stream()
            .filter(each -> !each.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    try (ModuleReader reader = module.open()) {
      for (String name : reader.list().filter(each -> each.endsWith(".class")).toList()) {
        String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
        int end = type.lastIndexOf('.');
        if (end > 0 && exported.contains(type.substring(0, end)) && !type.contains("-info")) {
          all.add(load(type, member.getClassLoader()));
        }
      }
    }
    return all.lines;
  }

  private static ModuleReference moduleOf(Class<?> member) {
    try {
      Path place = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ModuleFinder.of(place).findAll().stream().findFirst().orElseThrow();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> load(String type, ClassLoader loader) {
    try {
      return Class.forName(type, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(Class<?> type) {
    if (!isVisible(type)) {
      return;
    }
    lines.add(header(type));
    for (Method method : methodsOf(type)) {
      if (isKept(method, method.getModifiers()) && !method.isSynthetic()) {
        String result = method.getGenericReturnType().getTypeName();
        lines.add(member(type, method, result + " " + method.getName() + parameters(method)));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isKept(constructor, constructor.getModifiers())) {
        lines.add(member(type, constructor, "new" + parameters(constructor)));
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (isKept(field, field.getModifiers()) && !field.isSynthetic()) {
        lines.add(type.getName() + ": " + field.getType().getTypeName() + " " + field.getName());
      }
    }
  }

  /** Its own and those that it inherits from classes that are not public, but nothing of Java's. */
  private static List<Method> methodsOf(Class<?> type) {
    List<Method> all = new ArrayList<>(Arrays.asList(type.getDeclaredMethods()));
    for (Method method : type.getMethods()) {
      if (method.getDeclaringClass() != type
          && !Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
        all.add(method);
      }
    }
    return all;
  }

  private static boolean isVisible(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!isKept(each, each.getModifiers()) || each.isAnonymousClass()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKept(AnnotatedElement element, int modifiers) {
    return (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers))
        && !element.isAnnotationPresent(Experimental.class);
  }

  private static String header(Class<?> type) {
    String kind =
        type.isAnnotation()
            ? "annotation"
            : type.isInterface()
                ? "interface"
                : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    boolean isAbstract = kind.equals("class") && Modifier.isAbstract(type.getModifiers());
    boolean open = kind.equals("class") && !Modifier.isFinal(type.getModifiers());
    String above =
        type.getSuperclass() == null ? "" : " extends " + type.getSuperclass().getTypeName();
    String beside =
        Arrays.stream(type.getGenericInterfaces())
            .map(Type::getTypeName)
            .sorted()
            .collect(Collectors.joining(", ", " implements ", ""));
    return (isAbstract ? "abstract " : open ? "open " : "")
        + kind
        + " "
        + type.getName()
        + above
        + (type.getInterfaces().length == 0 ? "" : beside);
  }

  private static String member(Class<?> type, Executable member, String signature) {
    int modifiers = member.getModifiers();
    String thrown =
        Arrays.stream(member.getExceptionTypes())
            .map(Class::getTypeName)
            .sorted()
            .collect(Collectors.joining(", ", " throws ", ""));
    return type.getName()
        + ": "
        + (Modifier.isStatic(modifiers) ? "static " : "")
        + (Modifier.isAbstract(modifiers) ? "abstract " : "")
        + (Modifier.isProtected(modifiers) ? "protected " : "")
        + signature
        + (member.getExceptionTypes().length == 0 ? "" : thrown);
  }

  private static String parameters(Executable member) {
    return Arrays.stream(member.getGenericParameterTypes())
        .map(Type::getTypeName)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
