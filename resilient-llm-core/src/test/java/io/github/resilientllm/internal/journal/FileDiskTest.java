package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.file.DiskFile;
import io.github.resilientllm.internal.journal.file.FileDisk;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the real disk is asked for that no other test can see. */
class FileDiskTest {
  @TempDir Path directory;
  private final List<Path> synced = new ArrayList<>();
  private final FileDisk disk = new FileDisk(synced::add);

  @Test
  void theNameOfEachNewDirectoryIsMadeDurable() throws Exception {
    disk.createDirectories(directory.resolve("a").resolve("b"));

    assertThat(synced).containsExactly(directory, directory.resolve("a"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aSyncReachesTheDirectory() throws Exception {
    new FileDisk().syncDirectory(directory);
    assertThatThrownBy(() -> new FileDisk().syncDirectory(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void twoHandlesAppendOneBehindTheOther() throws Exception {
    Path file = directory.resolve("file");
    disk.create(file).close();
    try (DiskFile one = disk.open(file);
        DiskFile two = disk.open(file)) {
      one.append(ByteBuffer.wrap(new byte[] {1, 2}));
      two.append(ByteBuffer.wrap(new byte[] {3}));
      one.append(ByteBuffer.wrap(new byte[] {4}));
    }
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3, 4});
  }
}
