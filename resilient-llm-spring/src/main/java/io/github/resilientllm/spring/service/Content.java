package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmResult;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import org.springframework.core.ResolvableType;

/** What is made of a whole answer. */
sealed interface Content {

  /** The shape that is asked for. */
  default ResponseFormat format() {
    return ResponseFormat.text();
  }

  /**
   * The value that the method's caller gets.
   *
   * @throws LlmException of {@link ErrorKind#MALFORMED_RESPONSE} if the answer is no such value
   */
  Object of(ChatResponse answer);

  /**
   * The content of a type.
   *
   * @throws SchemaWriter.Unwritable if a model cannot be held to it
   */
  static Content of(ResolvableType type, LlmJson json) throws SchemaWriter.Unwritable {
    Class<?> raw = type.toClass();
    if (raw == String.class) {
      return Whole.TEXT;
    }
    if (raw == LlmResult.class) {
      return new Result(of(type.getGeneric(0), json));
    }
    return raw == ChatResponse.class ? Whole.RESPONSE : Structured.of(type, json);
  }

  /** Nothing is read of it. */
  enum Whole implements Content {
    TEXT {
      @Override
      public Object of(ChatResponse answer) {
        return answer.text();
      }
    },
    RESPONSE {
      @Override
      public Object of(ChatResponse answer) {
        return answer;
      }
    }
  }

  /** What is made of it, beside the answer itself. */
  record Result(Content value) implements Content {
    @Override
    public ResponseFormat format() {
      return value.format();
    }

    @Override
    public Object of(ChatResponse answer) {
      return new LlmResult<>(value.of(answer), answer);
    }
  }

  /**
   * A value read from JSON. Vendors only enforce objects, so anything else is asked for as the one
   * property of one.
   *
   * @param schema of the value
   * @param type what the JSON is read as
   * @param wrapped whether the value is the property of that object
   */
  record Structured(
      ResponseFormat format,
      SchemaWriter.Schema schema,
      Type type,
      boolean wrapped,
      String name,
      LlmJson json)
      implements Content {
    private static final String VALUE = "value";
    private static final int MAX_NAME = 64;

    static Structured of(ResolvableType declared, LlmJson json) throws SchemaWriter.Unwritable {
      ResolvableType type = resolved(declared);
      SchemaWriter.Schema schema = SchemaWriter.of(type, json);
      boolean wrapped = !"object".equals(schema.tree().get("type"));
      String name = nameOf(type);
      if (wrapped) {
        ResolvableType map = ResolvableType.forClassWithGenerics(Map.class, string(), type);
        Map<String, Object> object = SchemaWriter.object(Map.of(VALUE, schema.tree()));
        return new Structured(format(name, object), schema, map.getType(), true, name, json);
      }
      return new Structured(format(name, schema.tree()), schema, type.getType(), false, name, json);
    }

    /** The type without variables, which say nothing to who reads JSON. */
    private static ResolvableType resolved(ResolvableType type) {
      Class<?> raw = type.resolve();
      if (raw == null || !type.hasGenerics()) {
        return raw == null ? type : ResolvableType.forClass(raw);
      }
      return ResolvableType.forClassWithGenerics(
          raw,
          Arrays.stream(type.getGenerics())
              .map(Structured::resolved)
              .toArray(ResolvableType[]::new));
    }

    private static ResolvableType string() {
      return ResolvableType.forClass(String.class);
    }

    private static ResponseFormat format(String name, Map<String, Object> schema) {
      return ResponseFormat.jsonSchema(name, SchemaText.of(schema));
    }

    /** Letters, digits, hyphens and underscores are what vendors take. */
    private static String nameOf(ResolvableType type) {
      StringBuilder name = new StringBuilder(type.toClass().getSimpleName());
      for (ResolvableType generic : type.getGenerics()) {
        name.append('_').append(nameOf(generic));
      }
      String plain = name.toString().replaceAll("[^A-Za-z0-9_-]", "_");
      return plain.substring(0, Math.min(plain.length(), MAX_NAME));
    }

    @Override
    public Object of(ChatResponse answer) {
      String reason;
      try {
        Object value = json.read(schema.toRead(Fence.inside(answer.text())), type);
        Object read = wrapped && value instanceof Map<?, ?> map ? map.get(VALUE) : value;
        if (read != null) {
          return read;
        }
        reason = "it holds null";
      } catch (Exception e) {
        reason = e.getClass().getSimpleName(); // the message may quote the answer
      }
      boolean cut = answer.finishReason() == FinishReason.LENGTH;
      throw new LlmException(
          ErrorKind.MALFORMED_RESPONSE,
          "the answer"
              + (answer.answeredBy().isEmpty() ? "" : " of " + answer.answeredBy())
              + (cut ? ", which its limit of tokens cut off," : "")
              + " is no "
              + name
              + ": "
              + reason,
          answer.attempts(),
          answer.text(),
          null,
          null);
    }
  }
}
