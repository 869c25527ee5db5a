package io.github.resilientllm.okhttp.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseReaderTest {
  private static final String TRICKY =
      "\uFEFFdata: one\n\n: comment\r\ndata:two\r\ndata: lines\r\n\r\nid: 7\rretry: 1\rdata:  ü€😀 \r\r"
          + "event: error\ndata\n\ndata: after\r\n\n\nevent: nothing\n\nunknown: x\ndata: last\n";
  private static final List<String> TRICKY_EVENTS =
      List.of("one", "two\nlines", " ü€😀 ", "!", "after", "last?");

  @ParameterizedTest
  @CsvSource({
    "'data: a\\n\\n', 'a'",
    "'data:a\\n\\n', 'a'",
    "'data:  a\\n\\n', ' a'",
    "'data: a\\r\\n\\r\\n', 'a'",
    "'data: a\\r\\r', 'a'",
    "'data: a\\ndata: b\\n\\n', 'a\\nb'",
    "'data: a\\n:keep-alive\\ndata: b\\n\\n', 'a\\nb'",
    "'data\\n\\n', ''",
    "'Data: a\\ndata: b\\n\\n', 'b'",
    "'data: a:b: c\\n\\n', 'a:b: c'",
    "'event: error\\ndata: a\\n\\n', 'a!'",
    "'event: error\\n\\ndata: a\\n\\n', 'a'",
    "'event: ping\\ndata: a\\n\\n', 'a'",
    "'data: a', 'a?'",
    "'data: a\\n', 'a?'",
    "'\\n\\ndata: a\\n\\n', 'a'",
  })
  void readsByTheStandard(String stream, String event) throws IOException {
    assertThat(read(bytes(unescape(stream)))).containsExactly(unescape(event));
  }

  @Test
  void hasNoEventWithoutData() throws IOException {
    assertThat(read(bytes(": only\n\nid: 1\n\nevent: x\n\n"))).isEmpty();
    assertThat(read(bytes(""))).isEmpty();
  }

  @Test
  void everySplitOfTheBytesGivesTheSameEvents() throws IOException {
    byte[] all = TRICKY.getBytes(StandardCharsets.UTF_8);
    assertThat(read(new ByteArrayInputStream(all))).isEqualTo(TRICKY_EVENTS);
    for (int at = 0; at <= all.length; at++) {
      assertThat(read(split(all, at))).as("split at %d", at).isEqualTo(TRICKY_EVENTS);
    }
    assertThat(read(new OneByOne(all))).isEqualTo(TRICKY_EVENTS);
  }

  @Test
  void takesALineOfTheLargestSizeAndNotOneMore() throws IOException {
    String fits = "data: " + "x".repeat(SseReader.MAX_LINE - 6);
    assertThat(read(bytes(fits + "\n\n")).get(0)).hasSize(SseReader.MAX_LINE - 6);
    for (String end : List.of("", "\n\n")) {
      assertThatThrownBy(() -> read(bytes(fits + "x" + end)))
          .isInstanceOf(MalformedAnswer.class)
          .hasMessage("the line is longer than 25165824 bytes");
    }
  }

  @Test
  void takesAnEventOfTheLargestSizeAndNotOneMore() throws IOException {
    String line = "data: " + "x".repeat(SseReader.MAX_EVENT / 8 - 1) + "\n";
    String rest = "x".repeat(SseReader.MAX_EVENT / 8);
    assertThat(read(bytes(line.repeat(7) + "data: " + rest + "\n\n")).get(0))
        .hasSize(SseReader.MAX_EVENT);
    assertThatThrownBy(() -> read(bytes(line.repeat(7) + "data: " + rest + "x\n\n")))
        .isInstanceOf(MalformedAnswer.class)
        .hasMessageStartingWith("the event is longer");
  }

  @Test
  void commentsInsideAnEventAreBoundedToo() {
    String comments = ": keep-alive\n".repeat((SseReader.MAX_EVENT + SseReader.MAX_LINE) / 10);
    assertThatThrownBy(() -> read(bytes("data: a\n" + comments)))
        .isInstanceOf(MalformedAnswer.class);
  }

  /** The data of each event; "!" marks one of type error, "?" one that the end cut. */
  private static List<String> read(InputStream in) throws IOException {
    SseReader reader = new SseReader(in);
    List<String> events = new ArrayList<>();
    while (reader.next()) {
      String data =
          new String(
              reader.buffer(),
              reader.dataFrom(),
              reader.dataTo() - reader.dataFrom(),
              StandardCharsets.UTF_8);
      events.add(data + (reader.isError() ? "!" : "") + (reader.isUnfinished() ? "?" : ""));
    }
    return events;
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static InputStream split(byte[] all, int at) {
    return new SequenceInputStream(
        new ByteArrayInputStream(Arrays.copyOf(all, at)),
        new ByteArrayInputStream(Arrays.copyOfRange(all, at, all.length)));
  }

  private static String unescape(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r");
  }

  /** A connection on which every packet has one byte. */
  private static final class OneByOne extends ByteArrayInputStream {
    OneByOne(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(1, length));
    }
  }

  @Test
  void whatIsJsonAndNoEventIsKeptUpToALimit() throws IOException {
    String events = "data: a\n\nother: x\n[{\r\n  \"code\": 1\n}]\n";
    SseReader reader =
        new SseReader(new ByteArrayInputStream(events.getBytes(StandardCharsets.UTF_8)));
    assertThat(reader.next()).isTrue();
    assertThat(reader.rest()).isEmpty();
    assertThat(reader.next()).isFalse();
    assertThat(new String(reader.rest(), StandardCharsets.UTF_8)).isEqualTo("[{  \"code\": 1}]");
    byte[] endless = "{ and so on\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    SseReader much = new SseReader(new ByteArrayInputStream(endless));
    assertThat(much.next()).isFalse();
    assertThat(much.rest()).hasSize(SseReader.MAX_REST);
  }
}
