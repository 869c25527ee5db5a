package io.github.resilientllm.internal.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The bytes of a file twice over: as programs see them, and as the platter holds them. In between
 * lie the sectors that were written and not forced, in all their versions: the system may have
 * stored any of these, or none.
 */
final class CrashingFile {
  static final int SECTOR = 512;

  private byte[] seen = new byte[0];
  private byte[] platter = new byte[0];
  private final Map<Integer, List<byte[]>> unforced = new TreeMap<>();

  int length() {
    return seen.length;
  }

  int read(ByteBuffer into, long position) {
    if (position >= seen.length) {
      return -1;
    }
    int count = (int) Math.min(into.remaining(), seen.length - position);
    into.put(seen, (int) position, count);
    return count;
  }

  void write(ByteBuffer from, long position, int count) {
    if (count == 0) {
      return;
    }
    int end = Math.toIntExact(position + count);
    if (end > seen.length) {
      seen = Arrays.copyOf(seen, end);
    }
    from.get(seen, (int) position, count);
    for (int sector = (int) position / SECTOR; sector * SECTOR < end; sector++) {
      byte[] version = Arrays.copyOfRange(seen, sector * SECTOR, (sector + 1) * SECTOR);
      unforced.computeIfAbsent(sector, s -> new ArrayList<>()).add(version);
    }
  }

  /** All that was written is durable now. */
  void force() {
    byte[] all = Arrays.copyOf(platter, seen.length);
    unforced.forEach(
        (sector, versions) -> store(versions.get(versions.size() - 1), all, sector * SECTOR));
    platter = all;
    unforced.clear();
  }

  /**
   * Some of what was written is durable now; the rest is lost, although programs still see it, and
   * will not be written by a later force either.
   */
  void forceInPart(Random random) {
    platter = afterCut(random);
    unforced.clear();
  }

  /** Nothing of what was written is durable, nor will it be. */
  void forget() {
    unforced.clear();
  }

  /** What the platter holds when the power goes. */
  CrashingFile cut(Random random) {
    CrashingFile left = new CrashingFile();
    left.platter = afterCut(random);
    left.seen = left.platter.clone();
    return left;
  }

  private byte[] afterCut(Random random) {
    if (unforced.isEmpty()) {
      return platter.clone();
    }
    int shortest = Math.min(platter.length, seen.length);
    int longest = Math.max(platter.length, seen.length);
    int length =
        switch (random.nextInt(3)) {
          case 0 -> shortest;
          case 1 -> longest;
          default -> shortest + random.nextInt(longest - shortest + 1);
        };
    byte[] left = Arrays.copyOf(platter, length);
    boolean inOrder = random.nextBoolean();
    int stored = random.nextInt(unforced.size() + 1);
    int count = 0;
    for (Map.Entry<Integer, List<byte[]>> sector : unforced.entrySet()) {
      boolean kept = inOrder ? count++ < stored : random.nextBoolean();
      if (kept) {
        List<byte[]> versions = sector.getValue();
        // Most often the last one, or a cut would seldom leave a whole entry.
        int version = random.nextInt(3) > 0 ? versions.size() - 1 : random.nextInt(versions.size());
        store(versions.get(version), left, sector.getKey() * SECTOR);
      }
    }
    return left;
  }

  private static void store(byte[] sector, byte[] into, int offset) {
    if (offset < into.length) {
      System.arraycopy(sector, 0, into, offset, Math.min(SECTOR, into.length - offset));
    }
  }
}
