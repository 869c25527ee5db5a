package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What a method returns.
 *
 * @param content what is made of a whole answer; of a stream nothing is
 */
record Returned(Form form, Content content) {
  private static final boolean REACTOR =
      ClassUtils.isPresent("reactor.core.publisher.Flux", Returned.class.getClassLoader());

  static final String POSSIBLE =
      "Return a String, a ChatResponse, a record or bean, an enum, a List, a Map, a number or a date,"
          + " or an LlmResult of one of these;"
          + " a CompletableFuture or, with Reactor, a Mono of one of these; or a ChatStream,"
          + " a Flux<String> or a Flux<ChatEvent>.";

  /**
   * What is returned by a method whose return type is this.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if nothing could be
   */
  static Returned of(ResolvableType type, Site site, LlmJson json) {
    Class<?> raw = type.toClass();
    if (raw == void.class || raw == Void.class) {
      throw site.wrong("It returns nothing, and so the answer would be lost.", POSSIBLE);
    }
    if (raw == ChatStream.class) {
      return new Returned(Form.STREAM, Content.Whole.RESPONSE);
    }
    if (raw == CompletableFuture.class || raw == CompletionStage.class) {
      return new Returned(Form.FUTURE, content(element(type, site), site, json));
    }
    Returned reactive = REACTOR ? Reactive.of(type, raw, site, json) : null;
    return reactive == null ? new Returned(Form.VALUE, content(type, site, json)) : reactive;
  }

  /** The type that a JSON Schema is made of; null if there is none. */
  static @Nullable ResolvableType structure(ResolvableType type) {
    Class<?> raw = type.toClass();
    boolean wraps =
        raw == CompletableFuture.class || raw == CompletionStage.class || raw == LlmResult.class;
    if (wraps || raw.getName().equals("reactor.core.publisher.Mono")) {
      return structure(type.getGeneric(0));
    }
    boolean read = raw.isEnum() || Collected.is(raw) || raw == Map.class || Structure.is(raw);
    return read && raw != ChatResponse.class ? type : null;
  }

  private static Content content(ResolvableType type, Site site, LlmJson json) {
    try {
      return Content.of(type, json);
    } catch (SchemaWriter.Unwritable e) {
      String reason = e.getMessage();
      throw site.wrong("No JSON Schema can be written for what it returns: " + reason, POSSIBLE);
    }
  }

  private static ResolvableType element(ResolvableType wrapper, Site site) {
    Class<?> element = wrapper.getGeneric(0).resolve();
    if (element == null || element == Void.class) {
      throw site.wrong("It returns " + wrapper + ", which does not say of what.", POSSIBLE);
    }
    return wrapper.getGeneric(0);
  }

  /** Apart, so that it is loaded only where Reactor is there. */
  private static final class Reactive {
    static @Nullable Returned of(ResolvableType type, Class<?> raw, Site site, LlmJson json) {
      if (raw == reactor.core.publisher.Mono.class) {
        return new Returned(Form.MONO, content(element(type, site), site, json));
      }
      if (raw != reactor.core.publisher.Flux.class) {
        return null;
      }
      Class<?> element = element(type, site).toClass();
      if (element == String.class || element == ChatEvent.class) {
        return new Returned(
            element == String.class ? Form.TEXTS : Form.EVENTS, Content.Whole.RESPONSE);
      }
      throw site.wrong(
          "It returns " + type + ", and a stream is of pieces of text or of events.", POSSIBLE);
    }
  }
}
