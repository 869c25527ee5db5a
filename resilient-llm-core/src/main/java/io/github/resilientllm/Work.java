package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.internal.outbox.drain.Task;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Outbox} is to have answered, and what it needs to know of it. Immutable; {@code
 * toString} shows no content.
 *
 * <pre>{@code
 * Work.of(request)
 *     .handler("reply-by-mail")
 *     .attribute("to", "ann@example.com")
 *     .key("mail-4711")
 *     .priority(Priority.CRITICAL)
 *     .tenant("acme")
 *     .expiresAfter(Duration.ofHours(8));
 * }</pre>
 */
public final class Work {
  private static final int MOST_ATTRIBUTES = 64;
  private static final int LONGEST_ATTRIBUTE = 4096;
  private static final int LONGEST_CONVERSATION = 490; // its lane has a word more

  private final Terms terms;

  /** All that can be said; never changed once it is a work's. */
  private static final class Terms {
    private @Nullable ChatRequest request;
    private @Nullable String conversation;
    private @Nullable String question;
    private @Nullable String handler;
    private @Nullable String key;
    private Priority priority = Priority.NORMAL;
    private String tenant = "";
    private @Nullable String lane;
    private @Nullable Instant notBefore;
    private Duration delay = Duration.ZERO;
    private @Nullable Instant expiresAt;
    private @Nullable Duration lifetime;
    private Map<String, String> attributes = Map.of();

    private Terms() {}

    private Terms(Terms from) {
      request = from.request;
      conversation = from.conversation;
      question = from.question;
      handler = from.handler;
      key = from.key;
      priority = from.priority;
      tenant = from.tenant;
      lane = from.lane;
      notBefore = from.notBefore;
      delay = from.delay;
      expiresAt = from.expiresAt;
      lifetime = from.lifetime;
      attributes = from.attributes;
    }
  }

  private Work(Terms terms) {
    this.terms = terms;
  }

  /** A request; what it has in a framework's own objects is not kept, and the rest is sent. */
  public static Work of(ChatRequest request) {
    Objects.requireNonNull(request, "request");
    return new Work(new Terms()).with(t -> t.request = request);
  }

  /** A request of one question. */
  public static Work of(String question) {
    return of(ChatRequest.of(question));
  }

  /**
   * The next question of a conversation. Those of one conversation are asked one after another, in
   * the order of submission, and each once: the conversation's journal has the answer when the
   * outbox was not told of it.
   *
   * @param conversation its id, 1 to 490 characters
   */
  public static Work turn(String conversation, String question) {
    if (conversation.isEmpty() || conversation.length() > LONGEST_CONVERSATION) {
      throw new IllegalArgumentException(
          "A conversation's id has 1 to %d characters here, this one has %d"
              .formatted(LONGEST_CONVERSATION, conversation.length()));
    }
    Objects.requireNonNull(question, "question");
    return new Work(new Terms())
        .with(
            t -> {
              t.conversation = conversation;
              t.question = question;
              t.lane = "conversation " + conversation;
            });
  }

  private Work with(Consumer<Terms> change) {
    Terms changed = new Terms(terms);
    change.accept(changed);
    return new Work(changed);
  }

  /** The same, with its answer going to the handler of this name. Needed. */
  public Work handler(String name) {
    Objects.requireNonNull(name, "name");
    return with(t -> t.handler = name);
  }

  /** The same, with what tells it from all other work: it is kept once, however often submitted. */
  public Work key(String key) {
    Objects.requireNonNull(key, "key");
    return with(t -> t.key = key);
  }

  /** The same with another priority; {@link Priority#NORMAL} by default. */
  public Work priority(Priority priority) {
    Objects.requireNonNull(priority, "priority");
    return with(t -> t.priority = priority);
  }

  /** The same for one of those who share fairly. */
  public Work tenant(String tenant) {
    Objects.requireNonNull(tenant, "tenant");
    return with(t -> t.tenant = tenant);
  }

  /**
   * The same, asked after the other work of the same lane that was submitted before. A turn is in
   * its conversation's lane already.
   */
  public Work lane(String lane) {
    Objects.requireNonNull(lane, "lane");
    return with(t -> t.lane = lane);
  }

  /** The same, not asked before an instant, which must be before it is worthless. */
  public Work notBefore(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return with(t -> t.notBefore = instant);
  }

  /** The same, not asked before so long after its submission; shorter than it lives. */
  public Work after(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("A delay is not negative, this one is " + delay);
    }
    return with(t -> t.delay = delay);
  }

  /** The same, not asked after an instant, from which on it is worthless. */
  public Work expires(Instant instant) {
    Objects.requireNonNull(instant, "instant");
    return with(t -> t.expiresAt = instant);
  }

  /** The same, not asked later than so long after its submission. */
  public Work expiresAfter(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("Work lives for more than no time, not " + time);
    }
    return with(t -> t.lifetime = time);
  }

  /**
   * The same with a note for its handler, in place of one of the same name: where to send the
   * answer, say. No model sees it.
   *
   * @param value up to 4,096 characters
   */
  public Work attribute(String name, String value) {
    Map<String, String> attributes = new LinkedHashMap<>(terms.attributes);
    attributes.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    if (attributes.size() > MOST_ATTRIBUTES || value.length() > LONGEST_ATTRIBUTE) {
      throw new IllegalArgumentException(
          "Work has at most %d attributes of %d characters; this is number %d, of %d"
              .formatted(MOST_ATTRIBUTES, LONGEST_ATTRIBUTE, attributes.size(), value.length()));
    }
    return with(t -> t.attributes = attributes);
  }

  Task task() {
    return new Task(terms.request, terms.conversation, terms.question, terms.attributes);
  }

  Optional<String> handler() {
    return Optional.ofNullable(terms.handler);
  }

  /**
   * What a store keeps of it.
   *
   * @throws IllegalArgumentException if it would be worthless before it may be asked
   */
  OutboxItem.Builder item(String id, String handler, String json, Instant now, Duration maxAge) {
    Instant begins = terms.delay.compareTo(maxAge) < 0 ? now.plus(terms.delay) : Instant.MAX;
    if (terms.notBefore != null && terms.notBefore.isAfter(begins)) {
      begins = terms.notBefore;
    }
    Instant expires = now.plus(maxAge);
    if (terms.expiresAt != null && terms.expiresAt.isBefore(expires)) {
      expires = terms.expiresAt;
    }
    if (terms.lifetime != null && terms.lifetime.compareTo(maxAge) < 0) {
      Instant end = now.plus(terms.lifetime);
      expires = end.isBefore(expires) ? end : expires;
    }
    if (begins.isAfter(now) && !begins.isBefore(expires)) {
      throw new IllegalArgumentException(
          "The work would never be asked: not before %s, and worthless from %s on. Let it live longer; Draining.withMaxAge is %s"
              .formatted(
                  terms.delay.compareTo(maxAge) < 0 ? begins : terms.delay + " from now",
                  expires,
                  maxAge));
    }
    return OutboxItem.builder(id, handler, json, now)
        .key(terms.key)
        .priority(terms.priority)
        .tenant(terms.tenant)
        .lane(terms.lane)
        .notBefore(begins)
        .expiresAt(expires);
  }

  @Override
  public String toString() {
    return "Work[%s for %s, %s]"
        .formatted(
            terms.request != null ? terms.request : "a turn of a conversation",
            terms.handler,
            terms.priority);
  }
}
