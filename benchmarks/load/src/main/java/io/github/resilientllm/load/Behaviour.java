package io.github.resilientllm.load;

import java.util.List;
import java.util.SplittableRandom;

/**
 * How a vendor answers one request: drawn from the distribution that the first segment of the
 * request's path names, such as {@code tail} or {@code fixed-50}.
 *
 * @param latencyMillis before the answer begins
 * @param fault what goes wrong; {@link Fault#NONE} for nothing
 * @param chunks of a streamed answer
 * @param gapMillis between two of them
 */
record Behaviour(double latencyMillis, Fault fault, int chunks, int gapMillis) {
  /** What can go wrong. */
  enum Fault {
    NONE,
    SERVER_ERROR,
    RATE_LIMIT,
    RESET,
    CUT,
    NO_FINISH,
    ERROR_EVENT,
    STALL
  }

  private static final int CHUNKS = 20;
  private static final List<Fault> FAULTS =
      List.of(Fault.SERVER_ERROR, Fault.RATE_LIMIT, Fault.RESET);
  private static final List<Fault> BREAKS =
      List.of(Fault.SERVER_ERROR, Fault.CUT, Fault.NO_FINISH, Fault.ERROR_EVENT, Fault.STALL);

  /**
   * Draws the next answer.
   *
   * @throws IllegalArgumentException if there is no such distribution
   */
  static Behaviour draw(String name, SplittableRandom random) {
    String[] words = name.split("-", -1);
    return switch (words[0]) {
      case "fixed" -> calm(Double.parseDouble(words[1]));
      case "tail" -> calm(tailMillis(random));
      case "lognormal" -> calm(logNormalMillis(random));
      case "chunks" -> new Behaviour(0, Fault.NONE, Integer.parseInt(words[1]), 0);
      case "slow" ->
          new Behaviour(0, Fault.NONE, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "refusals" -> refusing(random.nextDouble());
      case "limited" -> calm(20); // what is above the limit the ledger refuses
      case "faults" -> faulty(random.nextDouble() < 0.2, FAULTS, random); // a fifth in all
      case "breaks" -> faulty(random.nextDouble() < 0.25, BREAKS, random); // 5% of each
      default -> throw new IllegalArgumentException("no distribution is named " + name);
    };
  }

  /** 95% take 50 ms, 5% take 2 s. */
  static double tailMillis(SplittableRandom random) {
    return random.nextDouble() < 0.95 ? 50 : 2_000;
  }

  /** A median of 50 ms and a 99th percentile of 510 ms: sigma is 1. */
  static double logNormalMillis(SplittableRandom random) {
    return Math.min(50 * Math.exp(random.nextGaussian()), 10_000);
  }

  /** 4% refused though there is no limit, 8% of 500 and 8% of resets. */
  private static Behaviour refusing(double drawn) {
    Fault fault = Fault.NONE;
    if (drawn < 0.04) {
      fault = Fault.RATE_LIMIT;
    } else if (drawn < 0.12) {
      fault = Fault.SERVER_ERROR;
    } else if (drawn < 0.2) {
      fault = Fault.RESET;
    }
    return new Behaviour(20, fault, CHUNKS, 0);
  }

  private static Behaviour calm(double latencyMillis) {
    return new Behaviour(latencyMillis, Fault.NONE, CHUNKS, 0);
  }

  private static Behaviour faulty(boolean fails, List<Fault> of, SplittableRandom random) {
    Fault fault = fails ? of.get(random.nextInt(of.size())) : Fault.NONE;
    return new Behaviour(5, fault, CHUNKS, 0);
  }
}
