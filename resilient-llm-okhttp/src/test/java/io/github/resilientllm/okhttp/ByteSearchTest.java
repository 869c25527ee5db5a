package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
  private final Random random = new Random(4711);

  /** A search over a range of bytes. */
  private interface Search {
    int in(byte[] bytes, int from, int to);
  }

  @Test
  void theEndOfALineIsFoundAsByAPlainLoop() {
    assertFinds(ByteSearch::lineEnd, b -> b == '\n' || b == '\r');
  }

  @Test
  void whatJsonEscapesIsFoundAsByAPlainLoop() {
    assertFinds(ByteSearch::escape, b -> b == '"' || b == '\\' || (b >= 0 && b < ' '));
  }

  @Test
  void oneByteIsFoundAsByAPlainLoop() {
    assertFinds((bytes, from, to) -> ByteSearch.first((byte) '?', bytes, from, to), b -> b == '?');
  }

  private void assertFinds(Search search, IntPredicate isWanted) {
    for (int run = 0; run < 20_000; run++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      sprinkleNeighbours(bytes, run % 2 == 0);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);

      assertThat(search.in(bytes, from, to)).isEqualTo(plainly(bytes, from, to, isWanted));
    }
  }

  /** What is looked for, and the values beside it, which a wrong carry would take for it. */
  private void sprinkleNeighbours(byte[] bytes, boolean withWanted) {
    byte[] wanted = {'\n', '\r', '"', '\\', '?', 0, 31};
    for (int i = 0; i < bytes.length; i++) {
      byte near = wanted[random.nextInt(wanted.length)];
      int shift = random.nextInt(withWanted ? 4 : 40);
      bytes[i] = (byte) (shift == 0 ? near : shift == 1 ? near + 1 : shift == 2 ? near - 1 : 'x');
      if (random.nextInt(8) == 0) {
        bytes[i] |= (byte) 0x80;
      }
    }
  }

  private static int plainly(byte[] bytes, int from, int to, IntPredicate isWanted) {
    int i = from;
    while (i < to && !isWanted.test(bytes[i])) {
      i++;
    }
    return i;
  }
}
