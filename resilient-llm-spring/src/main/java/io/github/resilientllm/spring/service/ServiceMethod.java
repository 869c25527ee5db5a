package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatRequest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ObjectUtils;

/**
 * A method of a service, checked: what it says, and what it returns.
 *
 * @param system null for no instructions
 * @param conversation which parameter is the conversation's id; -1 for none
 * @param options fill in what it asks for
 */
record ServiceMethod(
    Site site,
    List<Parameter> parameters,
    @Nullable Template system,
    Template user,
    int conversation,
    Returned returned,
    Consumer<ChatRequest.Builder> options) {

  /** A parameter; its value may be null if that is said. */
  record Parameter(String name, boolean isNullable) {}

  /**
   * What a call says.
   *
   * @param system null for no instructions
   * @param conversation the id of the conversation; null for none
   */
  record Said(@Nullable String system, String user, @Nullable String conversation) {

    /** Shows no content. */
    @Override
    public String toString() {
      return "Said[" + user.length() + " chars]";
    }
  }

  /**
   * What a call says.
   *
   * @param arguments the arguments in the order of the parameters
   * @throws IllegalArgumentException if one is null that may not be
   */
  Said said(@Nullable Object[] arguments) {
    return new Said(
        system == null ? null : filled(system, arguments),
        filled(user, arguments),
        conversation < 0 ? null : text(conversation, arguments));
  }

  private String filled(Template template, @Nullable Object[] arguments) {
    return template.filled(name -> text(indexOf(name), arguments));
  }

  private int indexOf(String name) {
    int index = 0;
    while (!parameters.get(index).name().equals(name)) {
      index++;
    }
    return index;
  }

  private String text(int index, @Nullable Object[] arguments) {
    Object value = arguments[index];
    if (value != null) {
      return value.getClass().isArray()
          ? Arrays.asList(ObjectUtils.toObjectArray(value)).toString() // as a list
          : value.toString();
    }
    if (parameters.get(index).isNullable() && index != conversation) {
      return "";
    }
    throw new IllegalArgumentException(
        "\"" + parameters.get(index).name() + "\" of " + site + " is null");
  }
}
