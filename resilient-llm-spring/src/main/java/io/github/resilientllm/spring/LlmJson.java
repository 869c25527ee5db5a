package io.github.resilientllm.spring;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON that a model answers with; a bean of this type takes the place of ours.
 *
 * <p>Without one it is the application's Jackson 3 {@code JsonMapper} or Jackson 2 {@code
 * ObjectMapper} if there is one such bean, and else a reader that knows records, beans, enums,
 * lists, maps, numbers, dates and times. Implementations are safe for several threads.
 */
public interface LlmJson {

  /**
   * Reads one JSON value.
   *
   * @param json the whole text
   * @param type what to make of it: a class, or a parameterized type of the standard library's
   *     collections, of records or of beans
   * @return the value; null for a JSON null
   * @throws Exception if the text is no such value. Its message is shown nowhere, because it may
   *     hold what the model has said
   */
  @Nullable Object read(String json, Type type) throws Exception;

  /**
   * Writes what an {@link LlmTool} returns, which is no text.
   *
   * @return what the model is told, JSON by Jackson, and else what {@code toString()} says
   */
  default String write(Object value) throws Exception {
    return value.toString();
  }

  /**
   * The name that a component of a record, or a property of another class, has in JSON, which the
   * model is told.
   *
   * @param type the class
   * @param property the name in Java
   */
  default String nameOf(Class<?> type, String property) {
    return property;
  }
}
