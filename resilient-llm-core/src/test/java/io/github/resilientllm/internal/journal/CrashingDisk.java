package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.Fault.Step;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory as one process sees it, which fails at a chosen step. {@link #kill} and {@link
 * #crash} end the process, and give the next one what it finds.
 *
 * <p>Everything is decided by the seed, so a run can be repeated as long as one thread uses it.
 */
public final class CrashingDisk implements Disk {
  private final Volume volume;
  private final Random random;
  private final Map<Step, Runnable> hooks = new EnumMap<>(Step.class);
  private @Nullable Fault fault;
  private int stepsToFault;
  private boolean struck;
  private boolean full;
  private boolean dead;
  private int steps;
  private int openFiles;

  private CrashingDisk(Volume volume, long seed) {
    this.volume = volume;
    this.random = random(seed);
  }

  /** Chance by a seed; {@link Random} alone begins alike for seeds that are close together. */
  public static Random random(long seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L);
  }

  /** An empty disk. */
  public static CrashingDisk empty(long seed) {
    return new CrashingDisk(new Volume(Path.of("/").toAbsolutePath()), seed);
  }

  /** Lets a fault strike at the n-th step from now that it can strike; the first is 1. */
  public void strike(Fault with, int step) {
    fault = with;
    stepsToFault = step;
    struck = false;
  }

  /** Runs something in the middle of the next step of a kind, once. */
  void during(Step step, Runnable hook) {
    hooks.put(step, hook);
  }

  /** No more faults, and room on the disk. */
  public void heal() {
    fault = null;
    full = false;
    hooks.clear();
  }

  public boolean struck() {
    return struck;
  }

  /** Whether the process ended at the fault. */
  public boolean isDead() {
    return dead;
  }

  /** How many steps there were. */
  public int steps() {
    return steps;
  }

  /** Those that are open. */
  public int openFiles() {
    return openFiles;
  }

  /** Another process at the same files. */
  CrashingDisk otherProcess() {
    return new CrashingDisk(volume, random.nextLong());
  }

  /** Ends this process; all that was written is there, and no lock. */
  public CrashingDisk kill(long seed) {
    dead = true;
    volume.unlockAll(this);
    return new CrashingDisk(volume, seed);
  }

  /** Cuts the power: what was not made durable is there or not, as the seed has it. */
  public CrashingDisk crash(long seed) {
    dead = true;
    Random chance = random(seed);
    return new CrashingDisk(volume.cut(chance), chance.nextLong());
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    return step(
        Step.CREATE,
        () -> {
          if (volume.file(file) != null || volume.isDirectory(file)) {
            throw new FileAlreadyExistsException(file.toString());
          }
          needDirectory(file.getParent());
          needRoom();
          return new Handle(file, volume.create(file), true);
        });
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return step(Step.OPEN, () -> new Handle(file, existing(file), true));
  }

  @Override
  public synchronized DiskFile read(Path file) throws IOException {
    return step(Step.OPEN, () -> new Handle(file, existing(file), false));
  }

  /** A fault leaves the name of the last one to be lost. */
  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    boolean exists = volume.isDirectory(directory);
    step(
        Step.MAKE_DIRECTORY,
        () -> {
          makeDirectories(directory);
          return directory;
        });
    if (!exists) {
      volume.sync(directory.getParent());
    }
  }

  private void makeDirectories(Path directory) {
    Path parent = directory.getParent();
    if (!volume.isDirectory(parent)) {
      makeDirectories(parent);
      volume.sync(parent.getParent());
    }
    if (!volume.isDirectory(directory)) {
      volume.createDirectory(directory);
    }
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    step(
        Step.MOVE,
        () -> {
          existing(from);
          volume.move(from, to);
          return to;
        });
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    step(
        Step.DELETE,
        () -> {
          existing(file);
          volume.delete(file);
          return file;
        });
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    step(
        Step.SYNC_DIRECTORY,
        () -> {
          needDirectory(directory);
          volume.sync(directory);
          return directory;
        });
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    return step(
        Step.LIST,
        () -> {
          needDirectory(directory);
          return volume.list(directory);
        });
  }

  @Override
  public synchronized @Nullable Closeable tryLock(Path lockFile, long position) throws IOException {
    return step(
        Step.LOCK,
        () -> {
          CrashingFile there = volume.file(lockFile);
          CrashingFile file = there != null ? there : volume.create(lockFile);
          return volume.lock(file, position, this) ? () -> volume.unlock(file, position) : null;
        });
  }

  @Override
  public Object key(Path directory) {
    return List.of(this, directory);
  }

  private CrashingFile existing(Path path) throws IOException {
    CrashingFile file = volume.file(path);
    if (file == null) {
      throw new NoSuchFileException(path.toString());
    }
    return file;
  }

  private void needDirectory(Path directory) throws IOException {
    if (!volume.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
  }

  private void needRoom() throws IOException {
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private <T> T step(Step step, Action<T> action) throws IOException {
    boolean strikes = begin(step);
    if (!strikes) {
      return action.run();
    }
    boolean isDone = fault == Fault.LATE_ERROR || (fault.isEnd() && random.nextBoolean());
    if (isDone) {
      action.run();
    }
    dead |= fault.isEnd();
    throw error();
  }

  /** Counts a step; returns whether the fault strikes at it. */
  private boolean begin(Step step) throws IOException {
    Runnable hook = hooks.remove(step);
    if (hook != null) {
      hook.run();
    }
    if (dead) {
      throw new IOException("This process has ended");
    }
    steps++;
    if (fault == null || !fault.canStrike(step) || --stepsToFault != 0) {
      return false;
    }
    struck = true;
    full |= fault == Fault.FULL;
    return true;
  }

  @Override
  public synchronized Instant modified(Path path) throws IOException {
    return step(
        Step.KEY,
        () -> {
          existing(path);
          return Instant.EPOCH;
        });
  }

  private IOException error() {
    return switch (fault) {
      case FULL, FULL_AT_FORCE -> new IOException("No space left on device");
      case INTERRUPT -> new ClosedByInterruptException();
      default -> new IOException("Input/output error");
    };
  }

  private final class Handle implements DiskFile {
    private final Path path;
    private final CrashingFile file;
    private final boolean writable;
    private boolean open = true;

    Handle(Path path, CrashingFile file, boolean writable) {
      this.path = path;
      this.file = file;
      this.writable = writable;
      openFiles++;
    }

    @Override
    public int append(ByteBuffer from) throws IOException {
      synchronized (CrashingDisk.this) {
        return write(from, file.length());
      }
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      synchronized (CrashingDisk.this) {
        needOpen();
        if (!writable) {
          throw new IOException("Opened for reading only");
        }
        needRoom();
        boolean strikes = begin(Step.WRITE);
        int count = strikes ? someOf(from.remaining()) : from.remaining();
        file.write(from, position, count);
        if (strikes && fault != Fault.SHORT_WRITE && fault != Fault.FULL) {
          throw fail();
        }
        return count;
      }
    }

    private int someOf(int count) {
      return switch (fault) {
        case ERROR -> 0;
        case LATE_ERROR -> count;
        // At least a byte, or the writer would be right to give up.
        case SHORT_WRITE, FULL -> count == 0 ? 0 : Math.max(1, random.nextInt(count));
        default -> random.nextInt(count + 1);
      };
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      synchronized (CrashingDisk.this) {
        needOpen();
        if (begin(Step.READ)) {
          throw fail();
        }
        return file.read(into, position);
      }
    }

    @Override
    public void force(boolean metadata) throws IOException {
      synchronized (CrashingDisk.this) {
        needOpen();
        if (!begin(Step.FORCE)) {
          file.force();
          return;
        }
        switch (fault) {
          case LATE_ERROR -> file.force();
          case LOST_AT_FORCE -> file.forget();
          case ERROR, FULL_AT_FORCE -> file.forceInPart(random);
          // Whatever was stored of it, a cut may keep.
          default -> {}
        }
        throw fail();
      }
    }

    private IOException fail() {
      if (fault == Fault.INTERRUPT) {
        release();
      }
      dead |= fault.isEnd();
      return error();
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashingDisk.this) {
        needOpen();
        return step(Step.SIZE, () -> (long) file.length());
      }
    }

    /** Of the file that has the name now, as the real one. */
    @Override
    public Object key() throws IOException {
      synchronized (CrashingDisk.this) {
        needOpen();
        return step(Step.KEY, () -> existing(path));
      }
    }

    private void needOpen() throws IOException {
      if (!open) {
        throw new ClosedChannelException();
      }
    }

    /** Closes, whatever goes wrong. */
    @Override
    public void close() throws IOException {
      synchronized (CrashingDisk.this) {
        if (!open) {
          return;
        }
        release();
        step(Step.CLOSE, () -> file);
      }
    }

    private void release() {
      open = false;
      openFiles--;
      volume.unlockAll(file, CrashingDisk.this);
    }
  }
}
