package io.github.resilientllm.internal.journal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file system as the journal uses it; all its I/O goes through here, so that a test can stand
 * in a disk that fails or loses power at any step.
 *
 * <p>There is no way to shorten a file: recovery writes a new one beside the old. Used by several
 * threads, none of which is ever interrupted.
 */
public interface Disk {

  /**
   * Makes a file that only its owner may use, for reading and writing.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  DiskFile create(Path file) throws IOException;

  /**
   * Opens a file for reading and for adding to its end.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile open(Path file) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  DiskFile read(Path file) throws IOException;

  /**
   * Makes a directory and those above it, where missing, for their owner only. The names of those
   * it made are durable.
   */
  void createDirectories(Path directory) throws IOException;

  /** Gives a file another name, at once or not at all; the file of that name is replaced. */
  void move(Path from, Path to) throws IOException;

  /**
   * Removes a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  void delete(Path file) throws IOException;

  /** Makes the names in a directory durable; does nothing where the system has no such call. */
  void syncDirectory(Path directory) throws IOException;

  /**
   * The files in a directory, in no order.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such directory
   */
  List<Path> list(Path directory) throws IOException;

  /**
   * When a file was last written to, as its file system says it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  Instant modified(Path file) throws IOException;

  /**
   * Locks one byte of a file against other processes and against this one. The file is made if it
   * is missing.
   *
   * @param position of the byte, 0 to 2<sup>62</sup>
   * @return gives the byte free when closed; null if another has it
   */
  @Nullable Closeable tryLock(Path lockFile, long position) throws IOException;

  /**
   * Tells a directory from others, by whichever name it is called.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  Object key(Path directory) throws IOException;

  /**
   * What kind of file system a directory is on, as the system calls it; empty if that is unknown.
   */
  default String type(Path directory) throws IOException {
    return "";
  }
}
