package io.github.resilientllm.test.vendor;

import java.time.Duration;
import java.util.List;

/** What a local vendor does with one request. */
public sealed interface Reply {

  /**
   * An answer.
   *
   * @param text all of it
   * @param after the time until the first word, or until a whole answer
   * @param perWord the time for each word of a stream
   * @param words how many words of a stream are sent; fewer than the text has means that the stream
   *     ends in mid-sentence, without its terminal marker, as if it had ended well
   */
  record Answer(String text, Duration after, Duration perWord, int words) implements Reply {

    /** An answer that arrives whole. */
    public static Answer of(String text, Duration after, Duration perWord) {
      return new Answer(text, after, perWord, Integer.MAX_VALUE);
    }

    /** The same, cut after so many words if it is streamed. */
    public Answer cutAfter(int words) {
      return new Answer(text, after, perWord, words);
    }
  }

  /**
   * An answer that calls a tool.
   *
   * @param tool the tool's name
   * @param arguments a JSON object
   */
  record ToolUse(String tool, String arguments) implements Reply {}

  /**
   * An error.
   *
   * @param status the HTTP status
   * @param type OpenAI's {@code error.type} and {@code error.code}; other vendors' follow from the
   *     status
   * @param message what the vendor says about it
   * @param retryAfterSeconds the {@code Retry-After} header; 0 for none
   */
  record Refusal(int status, String type, String message, int retryAfterSeconds) implements Reply {}

  /** Nothing: the connection is closed without a word. */
  record Disconnect() implements Reply {}

  /**
   * Whatever the steps say, one after the other; after the last one the connection is kept.
   *
   * @param text the whole answer, of which the steps say words
   * @param perWord the time for each word of a stream
   */
  record Played(String text, Duration perWord, List<Step> steps) implements Reply {
    /** Copies the steps. */
    public Played {
      steps = List.copyOf(steps);
    }
  }
}
