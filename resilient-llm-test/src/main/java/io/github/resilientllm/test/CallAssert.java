package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What must be true of a {@link Call}. Each method throws an {@link AssertionError} that says in
 * one sentence what is wrong, and what the vendors saw.
 */
public final class CallAssert {
  private final Call call;

  CallAssert(Call call) {
    this.call = call;
    List<String> unreached =
        call.vendors().stream().flatMap(vendor -> vendor.unreached().stream()).toList();
    if (!unreached.isEmpty()) {
      throw new NotReachedException(
          "This was not tested, for no request came so far: " + String.join("; ", unreached));
    }
    if (call.requests().isEmpty()) {
      throw new NotReachedException(
          "The call asked none of the vendors; is its base URL that of " + call.vendors() + "?");
    }
  }

  /** It ended with a vendor's whole answer, and nothing besides. */
  public CallAssert answeredWhole() {
    call.failure()
        .ifPresent(
            failure -> {
              throw wrong("has no answer: " + failure.getClass().getName());
            });
    Heard heard = call.heard().orElseThrow();
    if (heard.what() != Heard.What.WHOLE) {
      throw wrong("took for an answer what is " + heard);
    }
    return this;
  }

  /** It ended with the whole answer of this vendor. */
  public CallAssert answeredBy(Vendor vendor) {
    return answeredBy(vendor.name());
  }

  /** It ended with the whole answer of the vendor of this name. */
  public CallAssert answeredBy(String vendor) {
    known(vendor);
    answeredWhole();
    String who = call.heard().flatMap(Heard::vendor).orElse("nobody");
    if (!who.equals(vendor)) {
      throw wrong("was answered by " + who + " and not by " + vendor);
    }
    return this;
  }

  /**
   * It did not take less than an answer for one: it threw, or has a whole answer. A text that none
   * of the vendors said is an error of the test, for it cannot be judged.
   */
  public CallAssert neverTruncated() {
    if (call.failure().isPresent()) {
      return this;
    }
    Heard heard = call.heard().orElseThrow();
    switch (heard.what()) {
      case TRUNCATED, EMPTY, REPEATED -> throw wrong("passed off as an answer what is " + heard);
      case NOT_GIVEN ->
          throw new NotReachedException(
              "The text cannot be judged, for it is " + heard + "; is it from a cache?");
      case UNKNOWN ->
          throw new NotReachedException(
              "The text cannot be judged, for it is "
                  + heard
                  + "; have the vendor say() what the code expects, and return the answer's text");
      case WHOLE -> {}
    }
    return this;
  }

  /** It threw, and in time. */
  public CallAssert failed() {
    if (call.isOverdue()) {
      throw wrong("did not end by itself");
    }
    if (call.failure().isEmpty()) {
      throw wrong("should have failed, and returned " + call.heard().orElseThrow());
    }
    return this;
  }

  /** It threw this. */
  public CallAssert failedWith(Class<? extends Throwable> type) {
    failed();
    Throwable failure = call.failure().orElseThrow();
    if (!type.isInstance(failure)) {
      throw wrong("failed with " + failure.getClass().getName() + ", not with " + type.getName());
    }
    return this;
  }

  /** It ended within this time. */
  public CallAssert within(long amount, TimeUnit unit) {
    return within(Duration.of(amount, unit.toChronoUnit()));
  }

  /** It ended within this time. */
  public CallAssert within(Duration most) {
    if (call.isOverdue()) {
      throw wrong("did not end by itself");
    }
    if (call.took().compareTo(most) > 0) {
      throw wrong("took " + seconds(call.took()) + ", more than " + seconds(most));
    }
    return this;
  }

  /** So many answers at most were begun, which is what a vendor bills. */
  public CallAssert billedAtMost(int answers) {
    long billed = call.requests().stream().filter(Seen::isBilled).count();
    if (billed > answers) {
      throw wrong("was billed for " + billed + " answers, more than " + answers);
    }
    return this;
  }

  /** So many requests at most went to this vendor. */
  public CallAssert askedAtMost(Vendor vendor, int requests) {
    int asked = call.requestsTo(known(vendor.name())).size();
    if (asked > requests) {
      throw wrong("asked " + vendor.name() + " " + times(asked) + ", more than " + requests);
    }
    return this;
  }

  /** This vendor was asked exactly so often. */
  public CallAssert asked(Vendor vendor, int requests) {
    int asked = call.requestsTo(known(vendor.name())).size();
    if (asked != requests) {
      throw wrong("asked " + vendor.name() + " " + times(asked) + ", not " + times(requests));
    }
    return this;
  }

  /** After its first request to this vendor it waited so long, or asked it no more. */
  public CallAssert leftAlone(Vendor vendor, Duration atLeast) {
    List<Seen> seen = call.requestsTo(known(vendor.name()));
    if (seen.size() > 1) {
      Duration gap = Duration.ofNanos(seen.get(1).arrived() - seen.get(0).arrived());
      if (gap.compareTo(atLeast) < 0) {
        throw wrong(
            "asked "
                + vendor.name()
                + " again after "
                + seconds(gap)
                + ", although it was to wait for "
                + seconds(atLeast));
      }
    }
    return this;
  }

  private Vendor known(String name) {
    return call.vendors().stream()
        .filter(vendor -> vendor.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No vendor \"" + name + "\" observed the call; there are " + call.vendors()));
  }

  private AssertionError wrong(String what) {
    StringBuilder sentence = new StringBuilder(256);
    sentence.append("The call ").append(what).append(" (after ").append(seconds(call.took()));
    for (Vendor vendor : call.vendors()) {
      sentence.append("; ").append(vendor.name()).append(" saw ");
      sentence.append(times(call.requestsTo(vendor).size()).replace("time", "request"));
      List<String> told = vendor.told();
      sentence.append(told.isEmpty() ? "" : ": " + String.join(", ", told));
    }
    return new AssertionError(sentence.append(')').toString(), call.failure().orElse(null));
  }

  private static String times(int count) {
    return count == 1 ? "1 time" : count + " times";
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f s", time.toNanos() / 1e9);
  }
}
