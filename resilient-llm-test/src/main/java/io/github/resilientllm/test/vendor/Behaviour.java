package io.github.resilientllm.test.vendor;

/** How a local vendor answers; called by several threads at once. */
@FunctionalInterface
public interface Behaviour {

  /** How a stream goes on after a word. */
  enum Flow {
    /** With the next word. */
    ON,
    /** With nothing, for as long as this is the answer; the connection stays. */
    SILENT,
    /** Not at all: the connection is closed in mid-sentence. */
    BROKEN
  }

  /** Decides what becomes of one request. */
  Reply reply(Question question);

  /**
   * Asked before each word of a stream but the first, and while it is silent: an outage does not
   * wait for the answers under way.
   */
  default Flow flow(Question question) {
    return Flow.ON;
  }

  /**
   * Asked before each handshake of a vendor that speaks TLS: whether its certificate is for its own
   * name, or for somebody else's.
   */
  default boolean showsItsOwnName() {
    return true;
  }
}
