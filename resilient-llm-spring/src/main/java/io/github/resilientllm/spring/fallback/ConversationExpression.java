package io.github.resilientllm.spring.fallback;

import io.github.resilientllm.spring.internal.Kotlin;
import io.github.resilientllm.spring.internal.Names;
import io.github.resilientllm.spring.internal.Nearest;
import io.github.resilientllm.spring.internal.SetupException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** The id of a conversation as an expression over a method's arguments. Safe for many threads. */
final class ConversationExpression {
  private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

  /** An argument that the expression names. */
  private record Variable(String name, int index) {}

  private final String where;
  private final SpelExpression expression;
  private final List<Variable> variables;

  private ConversationExpression(
      String where, SpelExpression expression, List<Variable> variables) {
    this.where = where;
    this.expression = expression;
    this.variables = variables;
  }

  /**
   * Parses the expression of an annotation.
   *
   * @throws SetupException if it cannot be parsed or names no parameter
   */
  static ConversationExpression of(AnnotatedMethod annotated) {
    String text = annotated.annotation().conversation();
    SpelExpression expression;
    try {
      expression = new SpelExpressionParser().parseRaw(text);
    } catch (ParseException | IllegalStateException e) {
      throw annotated.wrong(
          "conversation = \"" + text + "\" is no expression: " + e.getMessage(),
          "Name a parameter as in \"#id\" or \"#order.id\".");
    }
    List<String> names = names(annotated);
    List<Variable> variables = new ArrayList<>();
    collect(annotated, expression.getAST(), names, variables);
    if (variables.isEmpty()) {
      throw annotated.wrong(
          "conversation = \"" + text + "\" names no parameter, so that all calls would share one.",
          "Name one of the parameters " + names + ", as in \"#" + example(names) + "\".");
    }
    String where = annotated.type().getSimpleName() + "." + Names.signature(annotated.method());
    return new ConversationExpression(where, expression, variables);
  }

  /**
   * The id for a call.
   *
   * @throws IllegalArgumentException if there is none
   */
  String of(Object[] arguments) {
    Object value = value(arguments);
    if (value == null || !BeanUtils.isSimpleValueType(value.getClass())) {
      throw new IllegalArgumentException(
          "conversation = \""
              + expression.getExpressionString()
              + "\" of @LlmFallback on "
              + where
              + " is to give a text or a number, and gave "
              + (value == null ? "null" : "a " + value.getClass().getName()));
    }
    return value.toString();
  }

  private @Nullable Object value(Object[] arguments) {
    if (expression.getAST() instanceof VariableReference) { // "#id" needs no evaluation
      return arguments[variables.get(0).index()];
    }
    StandardEvaluationContext context = new StandardEvaluationContext();
    for (Variable variable : variables) {
      context.setVariable(variable.name(), arguments[variable.index()]);
    }
    return expression.getValue(context);
  }

  private static void collect(
      AnnotatedMethod annotated, SpelNode node, List<String> names, List<Variable> variables) {
    if (node instanceof BeanReference || node instanceof FunctionReference) {
      throw annotated.wrong(
          "conversation uses " + node.toStringAST() + ", and only arguments are known there.",
          "Name one of the parameters " + names + ", as in \"#" + example(names) + "\".");
    }
    if (node instanceof VariableReference) {
      String name = node.toStringAST().substring(1);
      if (!name.equals("this") && !name.equals("root")) { // of a projection inside the expression
        variables.add(new Variable(name, index(annotated, name, names)));
      }
    }
    for (int i = 0; i < node.getChildCount(); i++) {
      collect(annotated, node.getChild(i), names, variables);
    }
  }

  private static int index(AnnotatedMethod annotated, String name, List<String> names) {
    int index = names.indexOf(name);
    if (index < 0 && name.matches("[ap]\\d{1,3}")) {
      index = Integer.parseInt(name.substring(1));
    }
    if (index >= 0 && index < annotated.parameterCount()) {
      return index;
    }
    throw annotated.wrong(
        "conversation = \""
            + annotated.annotation().conversation()
            + "\" names #"
            + name
            + ", and the method's parameters are "
            + names
            + "."
            + Nearest.question(name, names),
        names.contains("p0")
            ? "The class was compiled without parameter names: compile it with -parameters, or"
                + " write #p0 for the first parameter."
            : "Name one of the parameters, or #p0 for the first one.");
  }

  private static String example(List<String> names) {
    return names.isEmpty() ? "id" : names.get(0);
  }

  /** The names of the parameters; "p0" and so on where the class does not tell. */
  private static List<String> names(AnnotatedMethod annotated) {
    Method declared = annotated.declared();
    String[] names = NAMES.getParameterNames(declared);
    if (names == null) {
      names = NAMES.getParameterNames(annotated.method());
    }
    if (names != null) {
      return Arrays.asList(names);
    }
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < Kotlin.parameterCount(declared); i++) {
      numbered.add("p" + i);
    }
    return numbered;
  }
}
