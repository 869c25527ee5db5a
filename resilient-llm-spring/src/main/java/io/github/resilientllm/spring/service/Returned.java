package io.github.resilientllm.spring.service;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.spring.LlmJson;
import io.github.resilientllm.spring.LlmResult;
import io.github.resilientllm.spring.internal.Kotlin;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
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
          + " a Flux<String> or a Flux<ChatEvent>. In Kotlin a suspend function returns the plain"
          + " value, and one that does not suspend may return a Flow<String> or a Flow<ChatEvent>.";

  private static final String FLOW = "kotlinx.coroutines.flow.Flow";

  /** What a suspend function need not return, for it waits itself. */
  private static final Set<String> LATER =
      Set.of(
          ChatStream.class.getName(),
          CompletableFuture.class.getName(),
          CompletionStage.class.getName(),
          "kotlinx.coroutines.Deferred",
          FLOW,
          "reactor.core.publisher.Flux",
          "reactor.core.publisher.Mono");

  /**
   * What a method returns.
   *
   * @throws io.github.resilientllm.spring.internal.SetupException if nothing could be
   */
  static Returned of(Method method, Site site, LlmJson json) {
    ResolvableType type = Kotlin.returned(method, site.service());
    Class<?> raw = type.toClass();
    if (raw == void.class || raw == Void.class) {
      throw site.wrong("It returns nothing, and so the answer would be lost.", POSSIBLE);
    }
    if (Kotlin.isSuspend(method)) {
      return suspended(type, raw, site, json);
    }
    if (raw.getName().equals(FLOW)) {
      return flow(type, site);
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

  private static Returned suspended(ResolvableType type, Class<?> raw, Site site, LlmJson json) {
    if (!Kotlin.hasCoroutines()) {
      throw site.wrong(
          "It is a Kotlin suspend function, and there are no coroutines on the class path.",
          "Add org.jetbrains.kotlinx:kotlinx-coroutines-core.");
    }
    if (LATER.contains(raw.getName())) {
      throw site.wrong(
          "It is a Kotlin suspend function and returns a " + raw.getSimpleName() + ".",
          "Return the plain value, or remove suspend.");
    }
    return new Returned(Form.SUSPENDED, content(type, site, json));
  }

  private static Returned flow(ResolvableType type, Site site) {
    if (!REACTOR || !Kotlin.hasReactor()) {
      throw site.wrong(
          "It returns a Flow, which is read by way of Reactor.",
          "Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor and"
              + " org.jetbrains.kotlin:kotlin-reflect.");
    }
    return streamed(type, site, Form.FLOW_OF_TEXTS, Form.FLOW_OF_EVENTS);
  }

  private static Returned streamed(ResolvableType type, Site site, Form texts, Form events) {
    Class<?> element = element(type, site).toClass();
    if (element == String.class || element == ChatEvent.class) {
      return new Returned(element == String.class ? texts : events, Content.Whole.RESPONSE);
    }
    throw site.wrong(
        "It returns " + type + ", and a stream is of pieces of text or of events.", POSSIBLE);
  }

  /** The type that a JSON Schema is made of; null if there is none. */
  static @Nullable ResolvableType structure(ResolvableType type) {
    Class<?> raw = type.toClass();
    boolean wraps =
        raw == CompletableFuture.class || raw == CompletionStage.class || raw == LlmResult.class;
    if (wraps || raw.getName().equals("reactor.core.publisher.Mono")) {
      return structure(type.getGeneric(0));
    }
    boolean read =
        raw.isEnum() || SchemaWriter.isArray(raw) || raw == Map.class || Structure.is(raw);
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
      return raw == reactor.core.publisher.Flux.class
          ? streamed(type, site, Form.TEXTS, Form.EVENTS)
          : null;
    }
  }
}
