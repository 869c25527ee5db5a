package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import io.github.resilientllm.internal.journal.file.LineReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineReaderTest {
  /** The line feed, and bytes that differ from it by a bit or by one. */
  private static final byte[] ALIKE = {'\n', 0x0B, 0x09, 0x08, (byte) 0x8A, 0x00, (byte) 0xFF, 'x'};

  @TempDir private Path directory;

  @Test
  void findsEveryLineWhereverItBeginsAndWhateverIsInIt() throws Exception {
    Random random = new Random(1);
    for (int run = 0; run < 300; run++) {
      byte[] bytes = new byte[random.nextInt(80)];
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = ALIKE[random.nextInt(run % 2, 8)];
        if (run % 2 == 1 && random.nextInt(20) == 0) {
          bytes[i] = '\n';
        }
        if (bytes[i] == '\n' || i == bytes.length - 1) {
          expected.add(i + 1);
        }
      }
      Path path = Files.write(directory.resolve("file"), bytes);
      List<Integer> found = new ArrayList<>();
      try (DiskFile file = new FileDisk().read(path)) {
        LineReader reader = new LineReader(file, 0, bytes.length, 100, 1 + random.nextInt(40));
        while (reader.advance()) {
          found.add((int) reader.next());
        }
      }
      assertThat(found).as("ends of lines").isEqualTo(expected);
    }
  }
}
