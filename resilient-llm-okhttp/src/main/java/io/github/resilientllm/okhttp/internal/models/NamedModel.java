package io.github.resilientllm.okhttp.internal.models;

import io.github.resilientllm.provider.Capabilities;
import java.util.function.UnaryOperator;

/**
 * A model by the name that its vendor knows, with what users say of it: see {@link UsersModels}.
 *
 * @param name what is sent to the vendor
 * @param like the name by which the library knows what the model takes
 * @param says what users say that it can do and hold, put in place of what is known
 */
public record NamedModel(String name, String like, UnaryOperator<Capabilities> says) {

  /** A model of which users say nothing. */
  public static NamedModel of(String name) {
    return new NamedModel(name, name, UnaryOperator.identity());
  }

  /** What it can do and hold: what is known of its name, unless users know better. */
  public Capabilities corrected(Capabilities known) {
    return says.apply(known.withThinksInSilence(Reasoners.include(like)));
  }
}
