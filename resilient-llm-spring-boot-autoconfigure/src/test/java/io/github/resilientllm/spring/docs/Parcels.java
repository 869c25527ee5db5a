package io.github.resilientllm.spring.docs;

import io.github.resilientllm.spring.LlmTool;
import org.springframework.stereotype.Component;

/** The documentation's example of tools. */
@Component
class Parcels {
  @LlmTool("Says where a parcel is")
  String where(String number) {
    return "Parcel " + number + " is in Hamburg";
  }
}
