package io.github.resilientllm.okhttp.internal.stream;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;

/** A stream of server-sent events with a JSON value in each. One thread. */
public final class JsonEvents implements EventSource {
  private final SseReader events;
  private final EventJson json;
  private final JsonParser parser;

  public JsonEvents(BodyBytes body) throws IOException {
    this.events = new SseReader(body);
    this.json = new EventJson(events);
    this.parser = Json.OF_STREAMS.createParser(json);
  }

  @Override
  public boolean next() throws IOException {
    return json.advance();
  }

  /** The parser, whose next token begins the event's value. */
  public JsonParser parser() {
    return parser;
  }

  /**
   * Passes over what stands before a member of this event in the next, if that begins the same; see
   * {@link EventJson#know}.
   *
   * @param offset of the member's value in the parser's input
   */
  public void know(long offset) {
    json.know(offset);
  }

  /** Whether the event says by its name that it is an error. */
  public boolean isError() {
    return events.isError();
  }

  @Override
  public boolean isUnfinished() {
    return events.isUnfinished();
  }

  /** What is JSON and no event, as {@link SseReader#rest()} says. */
  public byte[] rest() {
    return events.rest();
  }

  /** Gives the parser's buffers back. */
  @Override
  public void end() throws IOException {
    parser.close();
  }
}
