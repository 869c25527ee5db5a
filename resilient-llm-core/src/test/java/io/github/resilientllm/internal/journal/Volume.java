package io.github.resilientllm.internal.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names and locks of a file system in memory. A name is durable only after its directory was
 * synced; until then a power cut keeps any of the changes, each as a whole.
 */
final class Volume {

  /** A directory has no content of its own. */
  private static final CrashingFile DIRECTORY = new CrashingFile();

  private record Change(@Nullable Path gone, @Nullable Path there, CrashingFile file) {
    boolean isIn(Path directory) {
      return directory.equals((there != null ? there : gone).getParent());
    }

    void applyTo(Map<Path, CrashingFile> names) {
      if (gone != null && there == null) {
        names.remove(gone);
      } else if (gone != null) {
        names.remove(gone, file);
      }
      if (there != null) {
        names.put(there, file);
      }
    }
  }

  private record Lock(CrashingFile file, long position) {}

  private final Map<Path, CrashingFile> names = new HashMap<>();
  private final Map<Path, CrashingFile> durable = new HashMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private final Map<Lock, Object> owners = new HashMap<>();

  /** An empty one, with a root. */
  Volume(Path root) {
    names.put(root, DIRECTORY);
    durable.put(root, DIRECTORY);
  }

  private Volume(Map<Path, CrashingFile> names) {
    this.names.putAll(names);
    this.durable.putAll(names);
  }

  @Nullable CrashingFile file(Path path) {
    CrashingFile file = names.get(path);
    return file == DIRECTORY ? null : file;
  }

  boolean isDirectory(Path path) {
    return names.get(path) == DIRECTORY;
  }

  CrashingFile create(Path path) {
    CrashingFile file = new CrashingFile();
    change(new Change(null, path, file));
    return file;
  }

  void createDirectory(Path path) {
    change(new Change(null, path, DIRECTORY));
  }

  void move(Path from, Path to) {
    change(new Change(from, to, names.get(from)));
  }

  void delete(Path path) {
    change(new Change(path, null, names.get(path)));
  }

  private void change(Change change) {
    change.applyTo(names);
    unsynced.add(change);
  }

  void sync(Path directory) {
    unsynced.removeIf(
        change -> {
          if (change.isIn(directory)) {
            change.applyTo(durable);
          }
          return change.isIn(directory);
        });
  }

  List<Path> list(Path directory) {
    return names.keySet().stream().filter(name -> directory.equals(name.getParent())).toList();
  }

  boolean lock(CrashingFile file, long position, Object owner) {
    return owners.putIfAbsent(new Lock(file, position), owner) == null;
  }

  void unlock(CrashingFile file, long position) {
    owners.remove(new Lock(file, position));
  }

  /** As POSIX has it: who closes any handle of a file loses all locks on it. */
  void unlockAll(CrashingFile file, Object owner) {
    owners.entrySet().removeIf(e -> e.getKey().file() == file && e.getValue() == owner);
  }

  /** As after the end of a process. */
  void unlockAll(Object owner) {
    owners.values().removeIf(o -> o == owner);
  }

  /** What is left when the power goes. */
  Volume cut(Random random) {
    Map<Path, CrashingFile> left = new HashMap<>(durable);
    boolean inOrder = random.nextBoolean();
    int stored = random.nextInt(unsynced.size() + 1);
    for (int i = 0; i < unsynced.size(); i++) {
      if (inOrder ? i < stored : random.nextBoolean()) {
        unsynced.get(i).applyTo(left);
      }
    }
    dropUnreachable(left);
    // One file may have two names if only half of the changes were kept: it stays one file.
    Map<CrashingFile, CrashingFile> cut = new HashMap<>();
    cut.put(DIRECTORY, DIRECTORY);
    // In the order of the names, so that a seed says all.
    left.keySet().stream()
        .sorted()
        .forEach(path -> cut.computeIfAbsent(left.get(path), file -> file.cut(random)));
    left.replaceAll((path, file) -> cut.get(file));
    return new Volume(left);
  }

  private static void dropUnreachable(Map<Path, CrashingFile> names) {
    Set<Path> lost = new HashSet<>();
    do {
      lost.clear();
      for (Path path : names.keySet()) {
        Path parent = path.getParent();
        if (parent != null && names.get(parent) != DIRECTORY) {
          lost.add(path);
        }
      }
      names.keySet().removeAll(lost);
    } while (!lost.isEmpty());
  }
}
