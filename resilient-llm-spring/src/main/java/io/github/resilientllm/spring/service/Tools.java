package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmTool;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** The tools of a service, by their names. Safe for several threads. */
record Tools(Map<String, ToolMethod> byName) {

  /**
   * The tools of classes.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException for the first mistake
   */
  static Tools of(Class<?>[] classes, AutowireCapableBeanFactory beans, LlmJson json, Site site) {
    Map<String, ToolMethod> byName = new LinkedHashMap<>();
    for (Class<?> type : classes) {
      Object bean = site.instance("tools", type, beans);
      List<Method> methods = methods(AopUtils.getTargetClass(bean));
      if (methods.isEmpty()) {
        throw site.wrong(
            "Its tools " + type.getName() + " have no method that a model may call.",
            "Put @LlmTool(\"what it does\") on those it may.");
      }
      for (Method method : methods) {
        ToolMethod tool = ToolMethod.of(method, bean, json, site);
        if (byName.putIfAbsent(tool.tool().name(), tool) != null) {
          throw site.wrong(
              "Two of its tools are named \"" + tool.tool().name() + "\".",
              "Give one of them another name by @LlmTool(name = \"...\").");
        }
      }
    }
    return new Tools(byName);
  }

  /** The tool methods of a class, in the order of their names. */
  static List<Method> methods(Class<?> type) {
    return MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<LlmTool>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, LlmTool.class))
        .keySet()
        .stream()
        .sorted((one, other) -> one.toString().compareTo(other.toString()))
        .toList();
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** What the model is told of them. */
  List<Tool> all() {
    return byName.values().stream().map(ToolMethod::tool).toList();
  }

  /** Does what the model wants, or says why not. */
  ToolResult run(ToolCall call) {
    ToolMethod tool = byName.get(call.name());
    return tool == null
        ? call.failure("There is no such tool; there are " + byName.keySet())
        : tool.run(call);
  }
}
