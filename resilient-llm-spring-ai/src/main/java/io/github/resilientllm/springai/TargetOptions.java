package io.github.resilientllm.springai;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * A prompt's options as one target takes them: in its own type, with what the caller said over what
 * is configured for it.
 *
 * <p>Options of a prompt are the first target's with the caller's changes in them. What is still
 * the first target's own, such as its model, its key or its headers, must not reach another one.
 */
final class TargetOptions {
  private final ChatOptions asked;
  private final ChatOptions base;

  /**
   * Options of a prompt.
   *
   * @param base what they may have been made from
   */
  TargetOptions(ChatOptions asked, ChatOptions base) {
    this.asked = asked;
    this.base = base;
  }

  /** As a target takes them whose own are these. */
  ChatOptions over(ChatOptions own) {
    if (own == base && asked.getClass() == own.getClass()) {
      return asked;
    }
    if (asked.getClass() == own.getClass()) {
      ChatOptions.Builder<?> said = said(asked.mutate());
      if (said != null && keepsOwnModel(own)) {
        said.model(null);
      }
      if (said != null) {
        return own.mutate().combineWith(said).build();
      }
    }
    return common(own.mutate()).build();
  }

  /**
   * Whether a target goes on with its own model where the caller named another one, in options of
   * the first target's type: he named one in the place of the first target's model, and so it is
   * for those that stand for the same, such as a second deployment. What else a ladder has would
   * not know it.
   */
  boolean keepsOwnModel(ChatOptions own) {
    return asked.getClass() == base.getClass()
        && asked.getClass() == own.getClass()
        && said(ChatOptions::getModel) != null
        && own.getModel() != null
        && !own.getModel().equals(base.getModel());
  }

  /** The options without what is still the base's; null if there is something of it to stay. */
  private ChatOptions.@Nullable Builder<?> said(ChatOptions.Builder<?> builder) {
    if (asked.getClass() != base.getClass()) {
      return builder; // all of it is the caller's
    }
    boolean anyGetter = false; // none is seen in a native image that was not told of the class
    try {
      for (Method getter : asked.getClass().getMethods()) {
        if (!isGetter(getter)) {
          continue;
        }
        anyGetter = true;
        Object value = getter.invoke(asked);
        if (value == null || !Objects.equals(value, getter.invoke(base))) {
          continue;
        }
        Method setter = setter(builder, getter);
        if (setter == null) {
          return null;
        }
        Object unused = setter.invoke(builder, (Object) null);
      }
      return anyGetter ? builder : null;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }

  private static boolean isGetter(Method method) {
    return method.getName().startsWith("get")
        && method.getParameterCount() == 0
        && method.getDeclaringClass() != Object.class
        && !method.isBridge();
  }

  private static @Nullable Method setter(ChatOptions.Builder<?> builder, Method getter) {
    String name = StringUtils.uncapitalize(getter.getName().substring(3));
    Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(getter.getReturnType());
    for (Method method : builder.getClass().getMethods()) {
      if (method.getName().equals(name)
          && method.getParameterCount() == 1
          && method.getParameterTypes()[0].isAssignableFrom(type)) {
        return method;
      }
    }
    return null;
  }

  /** What all options have in common, where the caller said it. */
  private ChatOptions.Builder<?> common(ChatOptions.Builder<?> own) {
    set(ChatOptions::getFrequencyPenalty, own, ChatOptions.Builder::frequencyPenalty);
    set(ChatOptions::getMaxTokens, own, ChatOptions.Builder::maxTokens);
    set(ChatOptions::getPresencePenalty, own, ChatOptions.Builder::presencePenalty);
    set(ChatOptions::getStopSequences, own, ChatOptions.Builder::stopSequences);
    set(ChatOptions::getTemperature, own, ChatOptions.Builder::temperature);
    set(ChatOptions::getTopK, own, ChatOptions.Builder::topK);
    set(ChatOptions::getTopP, own, ChatOptions.Builder::topP);
    if (asked instanceof ToolCallingChatOptions calling
        && own instanceof ToolCallingChatOptions.Builder<?> tools) {
      if (calling.getToolCallbacks() != null && !calling.getToolCallbacks().isEmpty()) {
        tools.toolCallbacks(calling.getToolCallbacks());
      }
      if (calling.getToolContext() != null && !calling.getToolContext().isEmpty()) {
        tools.toolContext(calling.getToolContext());
      }
    }
    if (asked instanceof StructuredOutputChatOptions structured
        && own instanceof StructuredOutputChatOptions.Builder<?> shaped
        && structured.getOutputSchema() != null) {
      shaped.outputSchema(structured.getOutputSchema());
    }
    return own;
  }

  private <V> void set(
      Function<ChatOptions, @Nullable V> option,
      ChatOptions.Builder<?> own,
      BiConsumer<ChatOptions.Builder<?>, V> setter) {
    V said = said(option);
    if (said != null) {
      setter.accept(own, said);
    }
  }

  /** An option as the caller said it; null if he did not. */
  <V> @Nullable V said(Function<ChatOptions, @Nullable V> option) {
    V value = option.apply(asked);
    boolean isBases =
        asked.getClass() == base.getClass() && Objects.equals(value, option.apply(base));
    return isBases ? null : value;
  }
}
