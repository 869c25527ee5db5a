package io.github.resilientllm.chat;

import java.util.Objects;

/**
 * Data that only the vendor that made it can read, such as a signature over reasoning.
 *
 * <p>It is sent back to the same vendor unchanged and is never shown to another one.
 *
 * @param vendor the {@link io.github.resilientllm.provider.LlmProvider#vendor() vendor} it belongs
 *     to
 * @param data the vendor's own text
 */
public record VendorData(String vendor, String data) {

  /** Refuses null. */
  public VendorData {
    Objects.requireNonNull(vendor, "vendor");
    Objects.requireNonNull(data, "data");
  }

  /** Says whose data it is and how long, not what. */
  @Override
  public String toString() {
    return "VendorData[" + vendor + ", " + data.length() + " chars]";
  }
}
