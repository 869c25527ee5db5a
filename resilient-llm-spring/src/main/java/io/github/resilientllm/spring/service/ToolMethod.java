package io.github.resilientllm.spring.service;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmTool;
import io.github.resilientllm.spring.internal.Coroutines;
import io.github.resilientllm.spring.internal.Kotlin;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method that a model may call.
 *
 * @param tool what the model is told of it
 * @param method as it is called on the bean
 */
record ToolMethod(Tool tool, SchemaWriter.Schema schema, Method method, Object bean, LlmJson json) {
  private static final Logger LOG = LoggerFactory.getLogger(ToolMethod.class);
  private static final JsonFactory FACTORY = new JsonFactory(); // bounds depth and sizes itself

  static ToolMethod of(Method method, Object bean, LlmJson json, Site site) {
    LlmTool annotation =
        Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(method, LlmTool.class));
    String where = method.getDeclaringClass().getSimpleName() + "." + method.getName();
    if (!Stream.of(method.getParameters()).allMatch(Parameter::isNamePresent)) {
      throw site.wrong(
          "The names of the parameters of its tool " + where + " are not known.",
          "Compile " + method.getDeclaringClass().getSimpleName() + " with -parameters.");
    }
    String name = annotation.name().isEmpty() ? method.getName() : annotation.name();
    try {
      SchemaWriter.Schema schema = SchemaWriter.ofParameters(method, json);
      Method called = AopUtils.selectInvocableMethod(method, bean.getClass());
      ReflectionUtils.makeAccessible(called);
      Tool tool = Tool.of(name, annotation.value(), SchemaText.of(schema.tree()));
      return new ToolMethod(tool, schema, called, bean, json);
    } catch (SchemaWriter.Unwritable e) {
      throw site.wrong(
          "No JSON Schema can be written for its tool " + where + ": " + e.getMessage(),
          "Take texts, numbers, dates, enums, records, lists and maps.");
    } catch (IllegalArgumentException e) {
      throw site.wrong(
          "Its tool " + where + " cannot be offered: " + e.getMessage() + ".",
          "Give it another name by @LlmTool(name = \"...\").");
    } catch (IllegalStateException e) { // the proxy around the bean has no such method
      throw site.wrong(
          "Its tool " + where + " cannot be called: " + e.getMessage(),
          "Make it a public method, or one of the interface that the bean's proxy has.");
    }
  }

  /** Calls it; a failure is the model's to know, without the words of the exception. */
  ToolResult run(ToolCall call) {
    @Nullable Object[] arguments;
    try {
      arguments = arguments(call.arguments());
    } catch (Exception e) {
      LOG.debug("The arguments of the tool {} cannot be read", tool.name(), e);
      return call.failure("The arguments are not as the schema of " + tool.name() + " wants them");
    }
    try {
      Object returned =
          Kotlin.isSuspend(method)
              ? Coroutines.blocking(method, bean, arguments)
              : method.invoke(bean, arguments);
      if (Kotlin.returned(method, bean.getClass()).resolve() == void.class) {
        return call.result("done");
      }
      if (returned == null) {
        return call.result("nothing");
      }
      return call.result(
          returned instanceof CharSequence text ? text.toString() : written(returned));
    } catch (InvocationTargetException e) {
      if (e.getTargetException() instanceof Error error) {
        throw error;
      }
      return failed(call, e.getTargetException());
    } catch (Exception e) {
      return failed(call, e);
    }
  }

  private String written(Object returned) throws Exception {
    return json.write(returned);
  }

  private ToolResult failed(ToolCall call, Throwable failure) {
    LOG.warn("The tool {} failed: {}", tool.name(), failure.getClass().getName());
    LOG.debug("The tool {} failed", tool.name(), failure);
    return call.failure(failure.getClass().getSimpleName());
  }

  private @Nullable Object[] arguments(String text) throws Exception {
    Map<String, String> values = values(schema.toRead(text));
    Parameter[] parameters = method.getParameters();
    @Nullable Object[] arguments = new @Nullable Object[Kotlin.parameterCount(method)];
    for (int i = 0; i < arguments.length; i++) {
      String value = values.get(parameters[i].getName());
      arguments[i] = value == null ? null : json.read(value, parameters[i].getParameterizedType());
      if (arguments[i] == null && !Nullness.isNullable(parameters[i])) {
        throw new IllegalArgumentException(parameters[i].getName() + " is missing");
      }
    }
    return arguments;
  }

  /** The values as JSON, by their names. */
  private static Map<String, String> values(String text) throws IOException {
    Map<String, String> values = new HashMap<>();
    try (JsonParser parser = FACTORY.createParser(text.isBlank() ? "{}" : text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        StringWriter value = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(value)) {
          generator.copyCurrentStructure(parser);
        }
        values.put(name, value.toString());
      }
    }
    return values;
  }
}
