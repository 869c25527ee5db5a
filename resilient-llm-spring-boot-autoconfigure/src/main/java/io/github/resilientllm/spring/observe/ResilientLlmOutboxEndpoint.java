package io.github.resilientllm.spring.observe;

import io.github.resilientllm.Outbox;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.spring.LlmOutbox;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The outbox, without any content. Changing something needs the endpoint's access to be
 * unrestricted.
 */
// Framework's annotation, for Boot 3.5 knows an optional parameter by no other.
@Endpoint(id = "resilientllmoutbox", defaultAccess = Access.READ_ONLY)
final class ResilientLlmOutboxEndpoint {
  private static final int PAGE = 100;

  private final LlmOutbox outbox;
  private final InstantSource clock;

  ResilientLlmOutboxEndpoint(LlmOutbox outbox, InstantSource clock) {
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * What there is, and a hundred items in the order of their submission.
   *
   * @param from where the page before said that it goes on; null for the beginning
   */
  @ReadOperation
  Map<String, Object> outbox(
      @org.springframework.lang.Nullable String state,
      @org.springframework.lang.Nullable String handler,
      @org.springframework.lang.Nullable String tenant,
      @org.springframework.lang.Nullable String reason,
      @org.springframework.lang.Nullable String from) {
    Outbox its = outbox.outbox();
    Query query = query(null, state, handler, tenant, reason).limit(PAGE);
    Outbox.Page page = its.list(from == null ? query : query.from(from));
    Map<String, Object> view =
        new LinkedHashMap<>(OutboxHealth.details(its.counts(), clock.instant()));
    view.put("itemsPerSecond", its.itemsPerSecond());
    view.put("page", page.entries().stream().map(ResilientLlmOutboxEndpoint::view).toList());
    if (!page.next().isEmpty()) {
      view.put("next", page.next());
    }
    return view;
  }

  /** One item; null, which is a 404, if there is none. */
  @ReadOperation
  @Nullable Map<String, Object> item(@Selector String id) {
    return outbox.outbox().status(id).map(ResilientLlmOutboxEndpoint::view).orElse(null);
  }

  /** Pauses or resumes all of it, or cancels, replays, hurries or purges those that match. */
  @WriteOperation
  Map<String, Object> change(
      String operation,
      @org.springframework.lang.Nullable String id,
      @org.springframework.lang.Nullable String state,
      @org.springframework.lang.Nullable String handler,
      @org.springframework.lang.Nullable String tenant,
      @org.springframework.lang.Nullable String reason) {
    Outbox its = outbox.outbox();
    switch (operation) {
      case "pause" -> its.pause();
      case "resume" -> its.resume();
      case "cancel", "replay", "hurry", "purge" -> {
        if (id == null && state == null && handler == null && tenant == null && reason == null) {
          throw new InvalidEndpointRequestException(
              operation + " needs an id, state, handler, tenant or reason",
              "Say which items are meant");
        }
        Query which = query(id, state, handler, tenant, reason);
        int changed =
            switch (operation) {
              case "cancel" -> its.cancel(which);
              case "replay" -> its.replay(which);
              case "hurry" -> its.hurry(which);
              default -> its.purge(which);
            };
        return Map.of("operation", operation, "changed", changed);
      }
      default ->
          throw new InvalidEndpointRequestException(
              "There is no operation \""
                  + operation
                  + "\"; there are pause, resume, cancel, replay, hurry and purge",
              "There is no such operation");
    }
    return Map.of("operation", operation);
  }

  private static Query query(
      @Nullable String id,
      @Nullable String state,
      @Nullable String handler,
      @Nullable String tenant,
      @Nullable String reason) {
    Query query = id == null ? Query.all() : Query.one(id);
    query = state == null ? query : query.in(state(state));
    query = handler == null ? query : query.handler(handler);
    query = tenant == null ? query : query.tenant(tenant);
    return reason == null ? query : query.reason(reason);
  }

  private static ItemState state(String name) {
    Optional<ItemState> state =
        Arrays.stream(ItemState.values())
            .filter(it -> it.name().equals(name.toUpperCase(Locale.ROOT)))
            .findFirst();
    return state.orElseThrow(
        () ->
            new InvalidEndpointRequestException(
                "There is no state \"" + name + "\"; there are " + List.of(ItemState.values()),
                "There is no such state"));
  }

  private static Map<String, Object> view(Outbox.Entry entry) {
    OutboxItem item = entry.item();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", item.id());
    item.key().ifPresent(key -> view.put("key", key));
    view.put("handler", item.handler());
    view.put("state", MeterTags.lower(item.state()));
    view.put("priority", MeterTags.lower(item.priority()));
    view.put("tenant", item.tenant());
    view.put("submittedAt", item.submittedAt().toString());
    view.put("why", entry.why());
    view.put("attempts", item.attempts());
    view.put("setbacks", item.setbacks());
    view.put("handlings", item.handlings());
    return view;
  }
}
