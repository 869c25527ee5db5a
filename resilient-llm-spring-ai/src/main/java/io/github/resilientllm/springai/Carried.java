package io.github.resilientllm.springai;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an exception carries of a server's answer, asked by the names that the SDKs of vendors and
 * Spring's clients have for it.
 */
final class Carried {
  private final Throwable exception;

  Carried(Throwable exception) {
    this.exception = exception;
  }

  /** The HTTP status; null if it carries none. */
  @Nullable Integer status() {
    for (String name : List.of("statusCode", "getStatusCode", "getRawStatusCode", "code")) {
      Object told = ask(exception, name);
      Object number = told == null || told instanceof Integer ? told : ask(told, "value");
      if (number instanceof Integer status && status >= 100 && status < 600) {
        return status;
      }
    }
    return null;
  }

  /** The headers, by name; empty if it carries none. */
  Map<String, String> headers() {
    Object headers = ask(exception, "headers");
    if (headers == null) {
      headers = ask(exception, "getHeaders");
    }
    if (headers == null) {
      headers = ask(exception, "getResponseHeaders");
    }
    Map<String, String> read = new HashMap<>();
    if (headers == null) {
      return read;
    }
    Object names = ask(headers, "names");
    Object of = names == null ? ask(headers, "headerNames") : names;
    if (of instanceof Collection<?> all) {
      for (Object name : all) {
        Object values = ask(headers, names == null ? "get" : "values", name);
        if (values instanceof Collection<?> several && !several.isEmpty()) {
          read.put(name.toString(), String.valueOf(several.iterator().next()));
        }
      }
    }
    return read;
  }

  /** The body as JSON or as it is; what is known of it if the exception has no body. */
  String body() {
    for (String name : List.of("getResponseBodyAsString", "responseBody", "body")) {
      Object body = ask(exception, name);
      if (body instanceof Optional<?> optional) {
        body = optional.orElse(null);
      }
      if (body instanceof String text && !text.isEmpty()) {
        return text;
      }
      Object plain = body == null ? null : ask(body, "convert", Object.class);
      if (plain != null) {
        return Json.write(plain);
      }
    }
    return words();
  }

  private String words() {
    Map<String, Object> error = new LinkedHashMap<>();
    put(error, "code", ask(exception, "code"));
    put(error, "type", ask(exception, "type"));
    put(error, "status", ask(exception, "status"));
    String message = exception.getMessage();
    if (message != null) {
      error.put("message", message.replaceFirst("^\\d{3}: ?", ""));
    }
    return Json.write(Map.of("error", error));
  }

  private static void put(Map<String, Object> error, String name, @Nullable Object told) {
    Object word = told instanceof Optional<?> optional ? optional.orElse(null) : told;
    if (word instanceof String text) {
      error.put(name, text);
    }
  }

  /** The result of a public method; null if there is none, or it throws. */
  private static @Nullable Object ask(Object of, String name, Object... arguments) {
    for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
      if (!Modifier.isPublic(type.getModifiers())) {
        continue;
      }
      for (Method method : methods(type)) {
        if (method.getName().equals(name)
            && takes(method, arguments)
            && Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
          try {
            return method.invoke(of, arguments);
          } catch (IllegalAccessException | InvocationTargetException e) {
            return null;
          }
        }
      }
    }
    return null;
  }

  private static Method[] methods(Class<?> type) {
    try {
      return type.getMethods();
    } catch (LinkageError e) { // not all that it mentions is here
      return new Method[0];
    }
  }

  private static boolean takes(Method method, Object... arguments) {
    if (method.getParameterCount() != arguments.length) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!method.getParameterTypes()[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }
}
