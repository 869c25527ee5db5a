package io.github.resilientllm.test.vendor;

import java.time.Duration;
import java.util.Map;

/**
 * One thing that a vendor does while it answers, in the order of a {@link Reply.Played}.
 *
 * <p>The same steps answer a request that is not streamed: its body is sent up to the share of the
 * words that have been said.
 */
public sealed interface Step {

  /** Sends the head of a good answer, if it is not sent; each step that says something does so. */
  record Head() implements Step {}

  /** Says the next words. */
  record Words(int count) implements Step {}

  /** Sends nothing for a time; the client may go meanwhile. */
  record Pause(Duration time) implements Step {}

  /** Sends nothing more until the client goes. */
  record Silence() implements Step {}

  /** Sends comments, which keep a connection alive and say nothing, until the client goes. */
  record Comments(Duration every) implements Step {}

  /** Sends bytes as they are, inside the body. */
  record Raw(String text) implements Step {}

  /** Sends the first half of the event of the next word. */
  record HalfEvent() implements Step {}

  /** Reports an error inside an answer that began well. */
  record Failure(Reply.Refusal refusal) implements Step {}

  /**
   * Says that the answer is finished, and what it cost; the body still has to end.
   *
   * @param finish why
   * @param marked whether the vendor's last marker follows, such as {@code [DONE]}
   */
  record Finish(Finished finish, boolean marked) implements Step {}

  /** Ends the body in good order, whatever has been said. */
  record EndOfBody() implements Step {}

  /** Closes the connection in the middle of the body. */
  record Cut() implements Step {}

  /** Resets the connection. */
  record Reset() implements Step {}

  /**
   * Sends another response than an answer, with a length of its own.
   *
   * @param headers by name
   * @param missing how many bytes fewer are sent than its {@code Content-Length} promises
   */
  record Other(int status, Map<String, String> headers, String body, int missing) implements Step {
    /** Copies the headers. */
    public Other {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * Refuses the request, in the vendor's words.
   *
   * @param headers by name, beside those of the refusal
   */
  record Refusal(Reply.Refusal refusal, Map<String, String> headers) implements Step {
    /** Copies the headers. */
    public Refusal {
      headers = Map.copyOf(headers);
    }
  }

  /** Calls a tool. */
  record ToolCall(Reply.ToolUse use) implements Step {}

  /** Says what a real vendor said, when it said it. */
  record Recorded(Recording.Answer answer) implements Step {}

  /** Tells the script that it has come so far. */
  record Reached(Runnable told) implements Step {}

  /** Why an answer is finished. */
  enum Finished {
    /** It is complete. */
    STOP,
    /** It became too long. */
    LENGTH,
    /** It is against the vendor's policy. */
    FILTERED
  }
}
