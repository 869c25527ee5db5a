package io.github.resilientllm.provider;

import io.github.resilientllm.chat.Experimental;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor says about an answer that is complete.
 *
 * <p>Immutable; {@code toString} shows no content.
 */
public final class Completion {
  private final FinishReason finishReason;
  private final String vendorFinishReason;
  private final Usage usage;
  private final String id;
  private final String model;
  private final @Nullable String refusal;
  private final int httpStatus;
  private final @Nullable String requestId;
  private final @Nullable Pacing pacing;
  private final @Nullable Object nativeResponse;

  private Completion(Builder from) {
    finishReason = from.finishReason;
    vendorFinishReason = from.vendorFinishReason;
    usage = from.usage;
    id = from.id;
    model = from.model;
    refusal = from.refusal;
    httpStatus = from.httpStatus;
    requestId = from.requestId;
    pacing = from.pacing;
    nativeResponse = from.nativeResponse;
  }

  /** A completion without vendor details, as a scripted provider gives it. */
  public static Completion of(FinishReason finishReason, Usage usage) {
    return builder(finishReason).usage(usage).build();
  }

  /** Starts a completion of which only the reason is known. */
  public static Builder builder(FinishReason finishReason) {
    return new Builder(finishReason);
  }

  /** Starts a completion that is like this one. */
  public Builder toBuilder() {
    return new Builder(finishReason)
        .vendorFinishReason(vendorFinishReason)
        .usage(usage)
        .from(id, model)
        .refusal(refusal)
        .answered(httpStatus, requestId)
        .pacing(pacing)
        .nativeResponse(nativeResponse);
  }

  /** The same with what the vendor said about its rate limits. */
  public Completion withPacing(Pacing said) {
    return toBuilder().pacing(Objects.requireNonNull(said, "said")).build();
  }

  /** Why the model stopped. */
  public FinishReason finishReason() {
    return finishReason;
  }

  /** The vendor's own word for it; empty if it sent none. */
  public String vendorFinishReason() {
    return vendorFinishReason;
  }

  /** The tokens. */
  public Usage usage() {
    return usage;
  }

  /** The vendor's id of the answer; empty if it sent none. */
  public String id() {
    return id;
  }

  /** The model's name in the answer; empty if it sent none. */
  public String model() {
    return model;
  }

  /** The text with which the model refused a structured answer; empty if it did not. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  /** The HTTP status; 0 for none. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The vendor's id of the request; empty if it sent none. */
  public Optional<String> requestId() {
    return Optional.ofNullable(requestId);
  }

  /** What the vendor said about its rate limits; empty if nothing. */
  public Optional<Pacing> pacing() {
    return Optional.ofNullable(pacing);
  }

  /**
   * What the provider gives beside the answer in its own objects: a framework's whole response, or
   * of a streamed answer what came behind its last content. Empty for most providers.
   */
  @Experimental
  public Optional<Object> nativeResponse() {
    return Optional.ofNullable(nativeResponse);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a foreign object is not looked at
  public boolean equals(@Nullable Object other) {
    return other instanceof Completion that
        && finishReason == that.finishReason
        && vendorFinishReason.equals(that.vendorFinishReason)
        && usage.equals(that.usage)
        && id.equals(that.id)
        && model.equals(that.model)
        && Objects.equals(refusal, that.refusal)
        && httpStatus == that.httpStatus
        && Objects.equals(requestId, that.requestId)
        && Objects.equals(pacing, that.pacing)
        && nativeResponse == that.nativeResponse;
  }

  @Override
  public int hashCode() {
    return Objects.hash(finishReason, vendorFinishReason, usage, id, model, httpStatus, requestId);
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "Completion[" + finishReason + ", " + usage + "]";
  }

  /** Fills in a {@link Completion}; not safe for several threads. */
  public static final class Builder {
    private final FinishReason finishReason;
    private String vendorFinishReason = "";
    private Usage usage = Usage.unknown();
    private String id = "";
    private String model = "";
    private @Nullable String refusal;
    private int httpStatus;
    private @Nullable String requestId;
    private @Nullable Pacing pacing;
    private @Nullable Object nativeResponse;

    private Builder(FinishReason finishReason) {
      this.finishReason = Objects.requireNonNull(finishReason, "finishReason");
    }

    /** The vendor's own word for why the model stopped. */
    public Builder vendorFinishReason(String word) {
      this.vendorFinishReason = Objects.requireNonNull(word, "word");
      return this;
    }

    /** The tokens. */
    public Builder usage(Usage usage) {
      this.usage = Objects.requireNonNull(usage, "usage");
      return this;
    }

    /** The vendor's id of the answer and its name of the model; empty where it sent none. */
    public Builder from(String id, String model) {
      this.id = Objects.requireNonNull(id, "id");
      this.model = Objects.requireNonNull(model, "model");
      return this;
    }

    /** The text with which the model refused a structured answer; null if it did not. */
    public Builder refusal(@Nullable String text) {
      this.refusal = text;
      return this;
    }

    /** The HTTP status (0 for none) and the vendor's id of the request; null if it sent none. */
    public Builder answered(int httpStatus, @Nullable String requestId) {
      this.httpStatus = httpStatus;
      this.requestId = requestId;
      return this;
    }

    /** What the vendor said about its rate limits; null for nothing. */
    public Builder pacing(@Nullable Pacing said) {
      this.pacing = said;
      return this;
    }

    /**
     * What to hand through beside the answer, untouched, as {@link
     * io.github.resilientllm.chat.ChatResponse#nativeResponse()}; null for nothing.
     */
    @Experimental
    public Builder nativeResponse(@Nullable Object response) {
      this.nativeResponse = response;
      return this;
    }

    /** Builds the completion. */
    public Completion build() {
      return new Completion(this);
    }
  }
}
