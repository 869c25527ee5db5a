package io.github.resilientllm.provider;

import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor says about an answer that is complete.
 *
 * @param finishReason why the model stopped
 * @param vendorFinishReason the vendor's own word; empty if it sent none
 * @param usage the tokens
 * @param id the vendor's id of the answer; empty if it sent none
 * @param model the model's name in the answer; empty if it sent none
 * @param refusal the text with which the model refused a structured answer; null if it did not
 * @param httpStatus the HTTP status; 0 for none
 * @param requestId the vendor's id of the request; null if it sent none
 * @param pacing what the vendor said about its rate limits; null if nothing
 */
public record Completion(
    FinishReason finishReason,
    String vendorFinishReason,
    Usage usage,
    String id,
    String model,
    @Nullable String refusal,
    int httpStatus,
    @Nullable String requestId,
    @Nullable Pacing pacing) {

  /** Refuses null where it is not allowed. */
  public Completion {
    Objects.requireNonNull(finishReason, "finishReason");
    Objects.requireNonNull(vendorFinishReason, "vendorFinishReason");
    Objects.requireNonNull(usage, "usage");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(model, "model");
  }

  /** A completion of a vendor that says nothing about its rate limits. */
  public Completion(
      FinishReason finishReason,
      String vendorFinishReason,
      Usage usage,
      String id,
      String model,
      @Nullable String refusal,
      int httpStatus,
      @Nullable String requestId) {
    this(finishReason, vendorFinishReason, usage, id, model, refusal, httpStatus, requestId, null);
  }

  /** The same with what the vendor said about its rate limits; null for nothing. */
  public Completion withPacing(@Nullable Pacing pacing) {
    return new Completion(
        finishReason, vendorFinishReason, usage, id, model, refusal, httpStatus, requestId, pacing);
  }

  /** A completion without vendor details, as a scripted provider gives it. */
  public static Completion of(FinishReason finishReason, Usage usage) {
    return new Completion(finishReason, "", usage, "", "", null, 0, null);
  }

  /** Shows no content. */
  @Override
  public String toString() {
    return "Completion[" + finishReason + ", " + usage + "]";
  }
}
