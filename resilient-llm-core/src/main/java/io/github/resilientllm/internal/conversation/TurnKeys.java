package io.github.resilientllm.internal.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.journal.JournalEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the turn of a key in a conversation of which only the end was read.
 *
 * <p>Each question with a key says which ones before it a search goes on with: for each count of
 * leading bits, the last question whose key's hash shares so many with its own and no more. So
 * every step of a search shares a bit more with the key, and a conversation of a hundred thousand
 * keys takes about ten.
 */
final class TurnKeys {
  private static final int BITS = Long.SIZE;

  private final Recent recent;

  TurnKeys(Recent recent) {
    this.recent = recent;
  }

  /**
   * What is known of a key.
   *
   * @param in has the newest turn with the key, if there is one
   * @param path what a question with this key says of those before it; null if that is not known
   * @param life of the conversation that was searched
   * @param last the number of the last entry that it had
   */
  record Found(Transcript in, @Nullable List<Long> path, String life, long last) {
    /** What is known where nothing was searched but what is in memory. */
    static Found in(Transcript known) {
      return new Found(known, null, known.incarnation(), known.lastSequence());
    }

    /** Whether a search would find the same: nothing was added since. */
    boolean isTrueOf(Transcript now) {
      return life.equals(now.incarnation()) && last == now.lastSequence();
    }
  }

  /** The first bits of a key's SHA-256. */
  static long hash(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What a question with a key says of those before it, all of which are known. */
  static List<Long> path(Transcript known, String key) {
    Path path = new Path(hash(key));
    long unused = known.passKeys(path); // none is older
    return path.numbers();
  }

  /**
   * Looks a key up, first in what is known.
   *
   * @return null if it can be told only by reading all
   */
  @Nullable Found find(Transcript known, String key, long deadline) {
    Path path = new Path(hash(key));
    long last = known.lastSequence(); // before what is looked at, which may grow
    long older = known.passKeys(path);
    boolean isKnown = known.hasKey(key);
    Search search = new Search(known.incarnation(), key, path, deadline);
    boolean isSure = search.from(older);
    if (isKnown) {
      return new Found(known, isSure ? path.numbers() : null, known.incarnation(), last);
    }
    if (!isSure) {
      return null;
    }
    JournalEntry question = search.found;
    Transcript in = known;
    if (question != null) {
      in = recent.turn(question, known.incarnation(), deadline);
    }
    return in == null ? null : new Found(in, path.numbers(), known.incarnation(), last);
  }

  /** The last questions that share so many leading bits with a key, and no more. */
  static final class Path {
    private final long hash;
    private final long[] last = new long[BITS]; // 0 for none

    private Path(long hash) {
      this.hash = hash;
    }

    /** Takes note of a question, the newest first. */
    void pass(long other, long number) {
      int common = common(other);
      if (common < BITS) {
        pass(common, number);
      }
    }

    private void pass(int common, long number) {
      if (last[common] == 0) {
        last[common] = number;
      }
    }

    private int common(long other) {
      return Long.numberOfLeadingZeros(hash ^ other);
    }

    private List<Long> numbers() {
      int length = BITS;
      while (length > 0 && last[length - 1] == 0) {
        length--;
      }
      List<Long> numbers = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        numbers.add(last[i]);
      }
      return numbers;
    }
  }

  /** A walk over older questions. */
  private final class Search {
    private final String life;
    private final String key;
    private final Path path;
    private final long deadline;
    private @Nullable JournalEntry found;

    Search(String life, String key, Path path, long deadline) {
      this.life = life;
      this.key = key;
      this.path = path;
      this.deadline = deadline;
    }

    /** Goes from the newest of the older questions to the key's; false if a step is missing. */
    boolean from(long newest) {
      int shared = 0;
      long at = newest;
      while (at != 0) {
        JournalEntry question = recent.question(at, life, deadline);
        JsonTree body = question == null ? null : body(question);
        String other = body == null ? null : body.textOrNull("turn");
        JsonTree past = body == null ? null : body.child("past");
        if (other == null || past == null || !life.equals(past.text("life")) || !past.has("path")) {
          return false;
        }
        List<?> its = past.items("path");
        int common = path.common(hash(other));
        for (int i = shared; i < common; i++) {
          path.pass(i, numberAt(its, i));
        }
        if (common == BITS) {
          found = question;
          return other.equals(key);
        }
        if (common < shared) {
          return false;
        }
        path.pass(common, at);
        long next = numberAt(its, common);
        if (next >= at) {
          return false;
        }
        at = next;
        shared = common + 1;
      }
      return true;
    }

    private @Nullable JsonTree body(JournalEntry question) {
      try {
        return JsonTree.parse(question.body());
      } catch (IOException | RuntimeException e) {
        return null; // whoever reads all of it is told
      }
    }

    private static long numberAt(List<?> path, int at) {
      return at < path.size() && path.get(at) instanceof Long number ? number : 0;
    }
  }
}
