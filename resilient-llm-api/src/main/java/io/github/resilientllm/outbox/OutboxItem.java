package io.github.resilientllm.outbox;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work as a store keeps it: what is to be asked, who takes the answer, and how far it
 * came. Immutable; {@code toString} shows no content.
 */
public final class OutboxItem {
  /** The most characters of an id, a key, a handler's name, a tenant and a lane. */
  public static final int MAX_NAME_LENGTH = 512;

  private static final int MAX_REASON_LENGTH = 500;

  private final String id;
  private final @Nullable String key;
  private final String handler;
  private final Priority priority;
  private final String tenant;
  private final @Nullable String lane;
  private final Instant submittedAt;
  private final Instant expiresAt;
  private final String work;
  private final ItemState state;
  private final Instant notBefore;
  private final Instant changedAt;
  private final int attempts;
  private final int doubts;
  private final int handlings;
  private final int setbacks;
  private final int takes;
  private final String reason;
  private final @Nullable String answer;
  private final long lease;

  private OutboxItem(Builder from) {
    id = name("id", from.id);
    key = from.key == null ? null : name("key", from.key);
    handler = name("handler", from.handler);
    priority = from.priority;
    tenant = from.tenant.isEmpty() ? "" : name("tenant", from.tenant);
    lane = from.lane == null ? null : name("lane", from.lane);
    submittedAt = from.submittedAt;
    expiresAt = from.expiresAt;
    work = from.work;
    state = from.state;
    notBefore = from.notBefore;
    changedAt = from.changedAt;
    attempts = count("attempts", from.attempts);
    doubts = count("doubts", from.doubts);
    handlings = count("handlings", from.handlings);
    setbacks = count("setbacks", from.setbacks);
    takes = count("takes", from.takes);
    reason =
        from.reason.length() > MAX_REASON_LENGTH
            ? from.reason.substring(0, MAX_REASON_LENGTH)
            : from.reason;
    answer = from.answer;
    lease = from.lease;
  }

  private static String name(String what, String value) {
    if (value.isEmpty() || value.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "%s must have 1 to %d characters, not %d"
              .formatted(what, MAX_NAME_LENGTH, value.length()));
    }
    return value;
  }

  private static int count(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative, is " + value);
    }
    return value;
  }

  /**
   * Begins an item that waits and does not end by its age.
   *
   * @param id tells it from all others of its store
   * @param handler the name of who takes the answer
   * @param work what is to be asked, as one JSON object; a store keeps it byte by byte
   */
  public static Builder builder(String id, String handler, String work, Instant submittedAt) {
    return new Builder(id, handler, work, submittedAt);
  }

  /** Begins an item that is like this one. */
  public Builder toBuilder() {
    Builder copy = new Builder(id, handler, work, submittedAt);
    copy.key = key;
    copy.priority = priority;
    copy.tenant = tenant;
    copy.lane = lane;
    copy.expiresAt = expiresAt;
    copy.state = state;
    copy.notBefore = notBefore;
    copy.changedAt = changedAt;
    copy.attempts = attempts;
    copy.doubts = doubts;
    copy.handlings = handlings;
    copy.setbacks = setbacks;
    copy.takes = takes;
    copy.reason = reason;
    copy.answer = answer;
    copy.lease = lease;
    return copy;
  }

  /** Tells it from all others of its store. */
  public String id() {
    return id;
  }

  /** What keeps a second submission of the same work out; empty for none. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  /** The name of who takes the answer. */
  public String handler() {
    return handler;
  }

  /** How much it matters. */
  public Priority priority() {
    return priority;
  }

  /** Whose it is; tenants share fairly. Empty for nobody's. */
  public String tenant() {
    return tenant;
  }

  /** Items of one lane are asked one after another, in the order of submission; empty for none. */
  public Optional<String> lane() {
    return Optional.ofNullable(lane);
  }

  /** When it was submitted. */
  public Instant submittedAt() {
    return submittedAt;
  }

  /** From when on it is worthless, unless it was answered before; {@link Instant#MAX} for never. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /** What is to be asked, as JSON. Empty once it is done, and in a listing. */
  public String work() {
    return work;
  }

  /** Where it stands. */
  public ItemState state() {
    return state;
  }

  /** Before this nothing happens to it. */
  public Instant notBefore() {
    return notBefore;
  }

  /** When it last changed. */
  public Instant changedAt() {
    return changedAt;
  }

  /** How often asking failed by its own fault. */
  public int attempts() {
    return attempts;
  }

  /** How often it was not answered while most others were. */
  public int doubts() {
    return doubts;
  }

  /** How often its handler failed. */
  public int handlings() {
    return handlings;
  }

  /** How often asking failed by nobody's fault but the vendor's. */
  public int setbacks() {
    return setbacks;
  }

  /** How often somebody has taken it to ask, and was not heard of since. */
  public int takes() {
    return takes;
  }

  /** Why it is where it is, without content; empty if there is nothing to say. */
  public String reason() {
    return reason;
  }

  /** The answer as JSON; empty if there is none, once it is done, and in a listing. */
  public Optional<String> answer() {
    return Optional.ofNullable(answer);
  }

  /** The right to change it, as {@link OutboxStore#take} gave it; 0 for none. */
  public long lease() {
    return lease;
  }

  /** About how many bytes of content it has. */
  public long bytes() {
    return work.length() + (answer == null ? 0L : answer.length());
  }

  @Override
  public String toString() {
    return "OutboxItem[%s, %s, %s, for %s]".formatted(id, state, priority, handler);
  }

  /** Fills in an {@link OutboxItem}; not safe for several threads. */
  public static final class Builder {
    private final String id;
    private final String handler;
    private final Instant submittedAt;
    private String work;
    private @Nullable String key;
    private Priority priority = Priority.NORMAL;
    private String tenant = "";
    private @Nullable String lane;
    private Instant expiresAt = Instant.MAX;
    private ItemState state = ItemState.WAITING;
    private Instant notBefore;
    private Instant changedAt;
    private int attempts;
    private int doubts;
    private int handlings;
    private int setbacks;
    private int takes;
    private String reason = "";
    private @Nullable String answer;
    private long lease;

    private Builder(String id, String handler, String work, Instant submittedAt) {
      this.id = Objects.requireNonNull(id, "id");
      this.handler = Objects.requireNonNull(handler, "handler");
      this.work = Objects.requireNonNull(work, "work");
      this.submittedAt = Objects.requireNonNull(submittedAt, "submittedAt");
      this.notBefore = submittedAt;
      this.changedAt = submittedAt;
    }

    /** See {@link OutboxItem#key}; null for none. */
    public Builder key(@Nullable String key) {
      this.key = key;
      return this;
    }

    /** See {@link OutboxItem#priority}. */
    public Builder priority(Priority priority) {
      this.priority = Objects.requireNonNull(priority, "priority");
      return this;
    }

    /** See {@link OutboxItem#tenant}; empty for nobody's. */
    public Builder tenant(String tenant) {
      this.tenant = Objects.requireNonNull(tenant, "tenant");
      return this;
    }

    /** See {@link OutboxItem#lane}; null for none. */
    public Builder lane(@Nullable String lane) {
      this.lane = lane;
      return this;
    }

    /** See {@link OutboxItem#expiresAt}. */
    public Builder expiresAt(Instant expiresAt) {
      this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
      return this;
    }

    /** See {@link OutboxItem#work}. */
    public Builder work(String work) {
      this.work = Objects.requireNonNull(work, "work");
      return this;
    }

    /** See {@link OutboxItem#state}. */
    public Builder state(ItemState state) {
      this.state = Objects.requireNonNull(state, "state");
      return this;
    }

    /** See {@link OutboxItem#notBefore}. */
    public Builder notBefore(Instant notBefore) {
      this.notBefore = Objects.requireNonNull(notBefore, "notBefore");
      return this;
    }

    /** See {@link OutboxItem#changedAt}. */
    public Builder changedAt(Instant changedAt) {
      this.changedAt = Objects.requireNonNull(changedAt, "changedAt");
      return this;
    }

    /** See {@link OutboxItem#attempts}. */
    public Builder attempts(int attempts) {
      this.attempts = attempts;
      return this;
    }

    /** See {@link OutboxItem#doubts}. */
    public Builder doubts(int doubts) {
      this.doubts = doubts;
      return this;
    }

    /** See {@link OutboxItem#handlings}. */
    public Builder handlings(int handlings) {
      this.handlings = handlings;
      return this;
    }

    /** See {@link OutboxItem#setbacks}. */
    public Builder setbacks(int setbacks) {
      this.setbacks = setbacks;
      return this;
    }

    /** See {@link OutboxItem#takes}. */
    public Builder takes(int takes) {
      this.takes = takes;
      return this;
    }

    /** See {@link OutboxItem#reason}; what is longer than 500 characters is cut. */
    public Builder reason(String reason) {
      this.reason = Objects.requireNonNull(reason, "reason");
      return this;
    }

    /** See {@link OutboxItem#answer}; null for none. */
    public Builder answer(@Nullable String answer) {
      this.answer = answer;
      return this;
    }

    /** See {@link OutboxItem#lease}. */
    public Builder lease(long lease) {
      this.lease = lease;
      return this;
    }

    /**
     * Builds the item.
     *
     * @throws IllegalArgumentException if a name is empty or longer than 512 characters, or a count
     *     is negative
     */
    public OutboxItem build() {
      return new OutboxItem(this);
    }
  }
}
