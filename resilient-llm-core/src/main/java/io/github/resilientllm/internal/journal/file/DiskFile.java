package io.github.resilientllm.internal.journal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}. */
public interface DiskFile extends Closeable {

  /** Writes some of the buffer at a position of the file; perhaps not all of it. */
  int write(ByteBuffer from, long position) throws IOException;

  /**
   * Writes some of the buffer behind whatever the file has by then, at once: what somebody else
   * adds at the same time comes before or behind it and not in its place.
   */
  int append(ByteBuffer from) throws IOException;

  /** Reads some bytes from a position of the file; -1 at its end. */
  int read(ByteBuffer into, long position) throws IOException;

  /** Makes what was written durable, and with {@code metadata} all that is known of the file. */
  void force(boolean metadata) throws IOException;

  /** Its length in bytes. */
  long size() throws IOException;

  /**
   * Tells the file that has this one's name now from others; as long as it is this one, it stays
   * the same.
   *
   * @throws java.nio.file.NoSuchFileException if none has its name
   */
  Object key() throws IOException;
}
