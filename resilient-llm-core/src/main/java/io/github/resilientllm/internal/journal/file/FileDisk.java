package io.github.resilientllm.internal.journal.file;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real file system. */
public final class FileDisk implements Disk {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final Set<OpenOption> NEW = Set.of(CREATE_NEW, READ, WRITE);
  private static final Set<OpenOption> APPENDING = Set.of(WRITE, APPEND);

  private final DirectorySync sync;

  /** Makes the names in a directory durable. */
  @FunctionalInterface
  public interface DirectorySync {
    /** Returns when they are. */
    void of(Path directory) throws IOException;
  }

  /** The file system as it is. */
  public FileDisk() {
    this(FileDisk::force);
  }

  /** With another way to sync directories. */
  public FileDisk(DirectorySync sync) {
    this.sync = sync;
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, NEW, owner(file, "rw-------"));
    return new OpenFile(file, channel, channel);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    FileChannel reading = FileChannel.open(file, READ);
    try {
      return new OpenFile(file, reading, FileChannel.open(file, APPENDING));
    } catch (Throwable e) {
      reading.close();
      throw e;
    }
  }

  @Override
  public DiskFile read(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, READ);
    return new OpenFile(file, channel, channel);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    try {
      Files.createDirectory(directory, owner(directory, "rwx------"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  private static FileAttribute<?>[] owner(Path path, String permissions) {
    FileSystem system = path.getFileSystem();
    if (!system.supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE); // which replaces, here and on Windows
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.delete(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    sync.of(directory);
  }

  private static void force(Path directory) throws IOException {
    if (WINDOWS) {
      return; // it lets nobody open a directory
    }
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  @Override
  public @Nullable Closeable tryLock(Path lockFile, long position) throws IOException {
    return Locks.tryLock(lockFile, position, owner(lockFile, "rw-------"));
  }

  @Override
  public String type(Path directory) throws IOException {
    return Files.getFileStore(directory).type();
  }

  @Override
  public Object key(Path directory) throws IOException {
    return keyOf(directory);
  }

  /** What tells a file from another of the same name; the name itself where there is no such. */
  public static Object keyOf(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }

  /** Java opens a file for appending or for reading; where both are wanted it is open twice. */
  private static final class OpenFile implements DiskFile {
    private final Path path;
    private final FileChannel reading;
    private final FileChannel writing;

    OpenFile(Path path, FileChannel reading, FileChannel writing) {
      this.path = path;
      this.reading = reading;
      this.writing = writing;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      return writing.write(from, position);
    }

    @Override
    public int append(ByteBuffer from) throws IOException {
      return writing.write(from);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return reading.read(into, position);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      writing.force(metadata);
    }

    @Override
    public long size() throws IOException {
      return writing.size();
    }

    @Override
    public Object key() throws IOException {
      return keyOf(path);
    }

    @Override
    public void close() throws IOException {
      try {
        writing.close();
      } finally {
        reading.close();
      }
    }
  }
}
