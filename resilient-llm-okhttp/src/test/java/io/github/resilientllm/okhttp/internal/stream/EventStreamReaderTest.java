package io.github.resilientllm.okhttp.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.okhttp.Frames;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frames of an AWS event stream are told apart, and nothing that is none is taken for one. */
class EventStreamReaderTest {
  private static final byte[] NONE = {};

  private static EventStreamReader reader(byte[] bytes) {
    return new EventStreamReader(new ByteArrayInputStream(bytes));
  }

  private static String payload(EventStreamReader reader) {
    int length = reader.payloadTo() - reader.payloadFrom();
    return new String(reader.buffer(), reader.payloadFrom(), length, StandardCharsets.UTF_8);
  }

  private static List<String> read(InputStream in) throws IOException {
    EventStreamReader reader = new EventStreamReader(in);
    List<String> all = new ArrayList<>();
    while (reader.next()) {
      all.add(reader.headers().messageType() + " " + reader.headers().name() + payload(reader));
    }
    all.add(reader.isAtBoundary() ? "end" : "cut");
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 11, 12, 13, 8192})
  void framesAreReadHoweverTheirBytesArrive(int atOnce) throws IOException {
    String large = "{'x':'" + "é".repeat(20_000) + "'}";
    byte[] bytes =
        Frames.join(
            Frames.event("a", "{'n':1}"),
            Frames.exception("b", large),
            Frames.frame(NONE, NONE),
            Frames.event("c", ""));
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, atOnce));
          }
        };
    assertThat(read(slow))
        .containsExactly(
            "event a{\"n\":1}", "exception b" + large.replace('\'', '"'), " ", "event c", "end");
  }

  @Test
  void anErrorHasACodeForAName() throws IOException {
    byte[] headers =
        Frames.headers(":message-type", "error", ":error-code", "Busy", ":error-message", "x");
    assertThat(read(new ByteArrayInputStream(Frames.frame(headers, NONE))))
        .containsExactly("error Busy", "end");
  }

  @Test
  void headersOfAllTypesArePassedOver() throws IOException {
    byte[] headers =
        Frames.join(
            Frames.header("true", 0),
            Frames.header("false", 1),
            Frames.header("byte", 2, (byte) 9),
            Frames.header("short", 3, new byte[2]),
            Frames.header("int", 4, new byte[4]),
            Frames.header("long", 5, new byte[8]),
            Frames.header("bytes", 6, new byte[] {0, 3, 1, 2, 3}),
            Frames.header("time", 8, new byte[8]),
            Frames.header("uuid", 9, new byte[16]),
            Frames.header(":event-type", 4, new byte[4]), // the name alone is not enough
            Frames.header("", 7, new byte[2]),
            Frames.headers(":message-type", "event"));
    assertThat(read(new ByteArrayInputStream(Frames.frame(headers, NONE))))
        .containsExactly("event ", "end");
  }

  @Test
  void aStreamThatEndsInTheMidstOfAFrameIsNotAtABoundary() throws IOException {
    byte[] frame = Frames.text("a");
    for (int length = 1; length < frame.length; length++) {
      assertThat(read(new ByteArrayInputStream(Arrays.copyOf(frame, length))))
          .as("cut at %d", length)
          .containsExactly("cut");
    }
    assertThat(read(new ByteArrayInputStream(NONE))).containsExactly("end");
  }

  @Test
  void everyByteIsCoveredByAChecksum() {
    byte[] frame = Frames.text("a");
    for (int i = 0; i < frame.length * 8; i++) {
      byte[] flipped = frame.clone();
      flipped[i / 8] ^= (byte) (1 << (i % 8));
      assertThatThrownBy(() -> reader(flipped).next())
          .as("bit %d", i)
          .isInstanceOf(MalformedAnswer.class)
          .hasMessageContaining("checksum");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5 << 20})
  void aLengthBeyondAllReasonIsRefusedBeforeItIsWaitedFor(int length) {
    byte[] frame = Frames.frame(length, 0, NONE, new byte[100]);
    EventStreamReader reader = reader(frame);
    assertThatThrownBy(reader::next)
        .isInstanceOf(MalformedAnswer.class)
        .hasMessageContaining("longer than");
    assertThat(reader.buffer().length).isLessThan(16 << 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE, (128 << 10) + 1})
  void headersBeyondAllReasonAreRefused(int headersLength) {
    byte[] frame = Frames.frame(1 << 20, headersLength, NONE, NONE);
    assertThatThrownBy(() -> reader(frame).next())
        .isInstanceOf(MalformedAnswer.class)
        .hasMessage("the header block of a frame is longer than 131072 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 12, 15})
  void aFrameThatIsShorterThanItsPartsIsRefused(int length) {
    assertThatThrownBy(() -> reader(Frames.frame(length, 0, NONE, NONE)).next())
        .isInstanceOf(MalformedAnswer.class)
        .hasMessage("a frame is shorter than its own headers");
  }

  @Test
  void headersThatReachOutOfTheirFrameAreRefused() {
    byte[] whole = Frames.headers(":message-type", "event");
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> reader(Frames.frame(cut, new byte[300])).next())
          .as("cut at %d", length)
          .isInstanceOf(MalformedAnswer.class)
          .hasMessage("a header is longer than its frame's headers");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 127, -1})
  void aHeaderOfAnUnknownTypeIsRefused(int type) {
    byte[] headers = Frames.header("x", type, new byte[8]);
    assertThatThrownBy(() -> reader(Frames.frame(headers, NONE)).next())
        .isInstanceOf(MalformedAnswer.class)
        .hasMessageContaining("unknown type " + type);
  }

  @Test
  void theBufferGrowsWithWhatHasCome() throws IOException {
    byte[] honest = Frames.frame(NONE, new byte[EventStreamReader.MAX_PAYLOAD]);
    EventStreamReader reader = reader(Arrays.copyOf(honest, 100));
    assertThat(reader.next()).isFalse();
    assertThat(reader.buffer().length).isLessThan(16 << 10);
    EventStreamReader whole = reader(honest);
    assertThat(whole.next()).isTrue();
    assertThat(whole.payloadTo() - whole.payloadFrom()).isEqualTo(EventStreamReader.MAX_PAYLOAD);
    byte[] tooLong = Frames.frame(NONE, new byte[EventStreamReader.MAX_PAYLOAD + 1]);
    assertThatThrownBy(() -> reader(tooLong).next()).hasMessageContaining("payload");
  }
}
