package io.github.resilientllm.internal.journal;

import io.github.resilientllm.internal.journal.PassingDisk.PassingFile;
import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A mistake that a journal may make with its disk, made for it. */
enum Flaw {
  NO_FORCE {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        DiskFile wrap(Path path, DiskFile file) {
          return new PassingFile(file) {
            @Override
            public void force(boolean metadata) {}
          };
        }
      };
    }
  },
  ACKNOWLEDGES_BEFORE_THE_FORCE {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        DiskFile wrap(Path path, DiskFile file) {
          return new LateForce(file);
        }
      };
    }
  },
  RETRIES_A_FAILED_FORCE {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        DiskFile wrap(Path path, DiskFile file) {
          return new PassingFile(file) {
            @Override
            public void force(boolean metadata) throws IOException {
              try {
                super.force(metadata);
              } catch (IOException e) {
                super.force(metadata);
              }
            }
          };
        }
      };
    }
  },
  NO_SYNC_OF_THE_DIRECTORY_AFTER_CREATION {
    @Override
    Disk in(Disk disk) {
      return new UnsyncedMoves(disk, false);
    }
  },
  NO_SYNC_OF_THE_DIRECTORY_AFTER_REPLACEMENT {
    @Override
    Disk in(Disk disk) {
      return new UnsyncedMoves(disk, true);
    }
  },
  NO_SYNC_OF_THE_DIRECTORY_AFTER_DELETION {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        private boolean deleted;

        @Override
        public void delete(Path file) throws IOException {
          super.delete(file);
          deleted = true;
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
          if (!deleted) {
            super.syncDirectory(directory);
          }
          deleted = false;
        }
      };
    }
  },
  RECOVERS_WITHOUT_A_FORCE {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        DiskFile wrap(Path path, DiskFile file) {
          String name = path.toString();
          boolean replaces =
              name.endsWith(".tmp")
                  && exists(disk, Path.of(name.substring(0, name.length() - ".tmp".length())));
          return new PassingFile(file) {
            @Override
            public void force(boolean metadata) throws IOException {
              if (!replaces) {
                super.force(metadata);
              }
            }
          };
        }
      };
    }
  },
  SWALLOWS_A_SHORT_WRITE {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        DiskFile wrap(Path path, DiskFile file) {
          return new PassingFile(file) {
            @Override
            public int write(ByteBuffer from, long position) throws IOException {
              int all = from.remaining();
              super.write(from, position);
              from.position(from.limit());
              return all;
            }

            @Override
            public int append(ByteBuffer from) throws IOException {
              int all = from.remaining();
              super.append(from);
              from.position(from.limit());
              return all;
            }
          };
        }
      };
    }
  },
  LOOKS_INTO_ALL_FILES_WHEN_LISTING {
    @Override
    Disk in(Disk disk) {
      return new PassingDisk(disk) {
        @Override
        public List<Path> list(Path directory) throws IOException {
          for (Path file : super.list(directory)) {
            read(file).close();
          }
          return super.list(directory);
        }
      };
    }
  };

  /** The disk with the flaw. */
  abstract Disk in(Disk disk);

  private static boolean exists(Disk disk, Path path) {
    try {
      disk.read(path).close();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Says that it forced, and does so when it is used again. */
  private static final class LateForce extends PassingFile {
    private boolean due;

    LateForce(DiskFile to) {
      super(to);
    }

    @Override
    public void force(boolean metadata) {
      due = true;
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      catchUp();
      return super.write(from, position);
    }

    @Override
    public int append(ByteBuffer from) throws IOException {
      catchUp();
      return super.append(from);
    }

    @Override
    public void close() throws IOException {
      catchUp();
      super.close();
    }

    private void catchUp() throws IOException {
      if (due) {
        due = false;
        super.force(false);
      }
    }
  }

  /** Leaves out the sync that follows a move, of a new file or one that replaces another. */
  private static final class UnsyncedMoves extends PassingDisk {
    private final boolean replacing;
    private boolean moved;

    UnsyncedMoves(Disk to, boolean replacing) {
      super(to);
      this.replacing = replacing;
    }

    @Override
    public void move(Path from, Path target) throws IOException {
      boolean replaces = exists(this, target);
      super.move(from, target);
      moved = replaces == replacing;
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      if (!moved) {
        super.syncDirectory(directory);
      }
      moved = false;
    }
  }
}
