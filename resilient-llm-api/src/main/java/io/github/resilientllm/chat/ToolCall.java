package io.github.resilientllm.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model's wish that the application run one of its tools.
 *
 * @param id the vendor's id of this call, unique in the conversation; the {@link ToolResult}
 *     repeats it
 * @param name the tool's name
 * @param arguments the arguments as JSON text, as the model wrote it: it may be invalid JSON, so
 *     parse it with care
 * @param vendorData what the vendor wants back with the call; null where there is none
 */
public record ToolCall(String id, String name, String arguments, @Nullable VendorData vendorData)
    implements Part {

  /** Refuses null. */
  public ToolCall {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arguments, "arguments");
  }

  /** A call without vendor data. */
  public ToolCall(String id, String name, String arguments) {
    this(id, name, arguments, null);
  }

  /** Names the tool and not its arguments. */
  @Override
  public String toString() {
    return "ToolCall[" + name + ", " + arguments.length() + " chars]";
  }
}
