package io.github.resilientllm.spring.internal;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which classes name an annotation at all, themselves or by what they inherit from. Only those are
 * searched as Spring searches for annotations, which takes a hundred times as long; and no class is
 * left out for the package it is in. Safe for several threads.
 */
public final class Mentions {
  private final Class<? extends Annotation> wanted;
  private final Map<Class<?>, Boolean> known = new ConcurrentHashMap<>();

  /** Those of an annotation. */
  public Mentions(Class<? extends Annotation> wanted) {
    this.wanted = wanted;
  }

  /** Whether a class names it. */
  public boolean in(Class<?> type) {
    Boolean before = known.get(type);
    if (before != null) {
      return before;
    }
    boolean mentions = declares(type) || inherits(type);
    known.put(type, mentions);
    return mentions;
  }

  private boolean inherits(Class<?> type) {
    if (isAbove(type.getSuperclass())) {
      return true;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (isAbove(parent)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAbove(@Nullable Class<?> parent) {
    return parent != null && in(parent);
  }

  private boolean declares(Class<?> type) {
    if (type.getName().startsWith("java.")) {
      return false;
    }
    if (isOn(type)) {
      return true;
    }
    Method[] methods;
    try {
      methods = type.getDeclaredMethods();
    } catch (NoClassDefFoundError e) {
      return false; // a signature of a library that is not there; no proxy could be made of it
    }
    for (Method method : methods) {
      if (isOn(method)) {
        return true;
      }
    }
    return false;
  }

  private boolean isOn(AnnotatedElement element) {
    try {
      for (Annotation annotation : element.getDeclaredAnnotations()) {
        if (is(annotation.annotationType())) {
          return true;
        }
      }
    } catch (TypeNotPresentException | ArrayStoreException | NoClassDefFoundError e) {
      return false; // an attribute of a class that is not there, which Spring passes over, too
    }
    return false;
  }

  /** Whether an annotation is the one or stands for it. */
  private boolean is(Class<? extends Annotation> annotation) {
    if (annotation == wanted) {
      return true;
    }
    if (annotation.getName().startsWith("java.lang.")) {
      return false;
    }
    Boolean before = known.putIfAbsent(annotation, false); // also the end of a circle
    if (before != null) {
      return before;
    }
    boolean stands = isOn(annotation);
    known.put(annotation, stands);
    return stands;
  }
}
