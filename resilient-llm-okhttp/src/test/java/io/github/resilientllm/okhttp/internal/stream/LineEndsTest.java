package io.github.resilientllm.okhttp.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineEndsTest {
  private final Random random = new Random(4711);

  @Test
  void findsWhatAPlainLoopFindsInAnyBytesAndAnyRange() {
    for (int run = 0; run < 20_000; run++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      sprinkleNeighbours(bytes);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);

      assertThat(LineEnds.first(bytes, from, to)).isEqualTo(plainly(bytes, from, to));
    }
  }

  /** Line ends, and the values beside them, which a wrong carry would take for one. */
  private void sprinkleNeighbours(byte[] bytes) {
    byte[] close = {'\n', '\r', '\n' + 1, '\r' + 1, '\n' - 1, 0, (byte) 0x8A, (byte) 0x8D};
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextInt(4) == 0) {
        bytes[i] = close[random.nextInt(close.length)];
      }
    }
  }

  private static int plainly(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }
}
