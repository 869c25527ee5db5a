package io.github.resilientllm.spring.test;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the vendors of a test answer, and what they were asked.
 *
 * <p>What is said here holds for all providers that have no script of their own ({@link
 * #provider(String)}). Each attempt takes the next answer, and the last one is repeated: retries
 * and fallbacks are attempts too. Without a script an attempt fails and says so. Safe for several
 * threads.
 */
public final class ScriptedLlm {
  /** A test that loops for ever must not fill the memory. */
  private static final int MOST_REQUESTS = 10_000;

  private final Script all = new Script();
  private final Map<String, Script> own = new LinkedHashMap<>(); // guarded by this
  private final List<ChatRequest> requests = new ArrayList<>(); // guarded by this

  ScriptedLlm() {}

  /** Answers with these texts in turn, and with the last one from then on. */
  public void answers(String first, String... then) {
    all.answers(first, then);
  }

  /** Answers each request with the text that a function makes of it. */
  public void answers(Function<? super ChatRequest, String> how) {
    all.answers(how);
  }

  /** Fails every attempt with this kind. */
  public void fails(ErrorKind kind) {
    all.fails(kind);
  }

  /**
   * The script of one provider, which then does not follow that of all.
   *
   * @param name a key of {@code resilient-llm.providers}
   */
  public synchronized Script provider(String name) {
    return own.computeIfAbsent(name, each -> new Script());
  }

  /** What was asked, attempt by attempt, oldest first; the first 10,000 of them. */
  public synchronized List<ChatRequest> requests() {
    return List.copyOf(requests);
  }

  /** Forgets the script and what was asked. */
  synchronized void forget() {
    all.clear();
    own.clear();
    requests.clear();
  }

  LlmProvider provider(String name, String model) {
    return new ScriptedProvider(this, name, model);
  }

  /** The next thing that a provider does about a request. */
  Move next(String provider, ChatRequest request) throws ProviderException {
    Script script;
    synchronized (this) {
      if (requests.size() < MOST_REQUESTS) {
        requests.add(request);
      }
      script = own.getOrDefault(provider, all);
    }
    Move move = script.next();
    if (move == null) {
      throw new ProviderException(
          ErrorKind.INVALID_REQUEST,
          "the test has no script for the provider "
              + provider
              + ": call ScriptedLlm.answers(...)");
    }
    return move;
  }

  /** One thing that a provider does: it answers, fails, or answers in part and then fails. */
  record Move(
      @Nullable Function<? super ChatRequest, String> answer, @Nullable ErrorKind failure) {}

  /** What one provider, or all of them, do attempt after attempt. Safe for several threads. */
  public static final class Script {
    private final List<Move> moves = new ArrayList<>(); // guarded by this
    private int next; // guarded by this

    Script() {}

    /** Answers with these texts in turn, and with the last one from then on. */
    public synchronized Script answers(String first, String... then) {
      add(new Move(request -> first, null));
      for (String text : then) {
        add(new Move(request -> text, null));
      }
      return this;
    }

    /** Answers each request with the text that a function makes of it. */
    public synchronized Script answers(Function<? super ChatRequest, String> how) {
      return add(new Move(how, null));
    }

    /** Fails the next attempt with this kind, and all further ones if nothing follows. */
    public synchronized Script fails(ErrorKind kind) {
      return add(new Move(null, kind));
    }

    /** Says a text and breaks off, as a stream does that is cut in mid-answer. */
    public synchronized Script breaksOffAfter(String text) {
      return add(new Move(request -> text, ErrorKind.STREAM_TRUNCATED));
    }

    private Script add(Move move) {
      moves.add(move);
      return this;
    }

    private synchronized @Nullable Move next() {
      if (moves.isEmpty()) {
        return null;
      }
      return moves.get(Math.min(next++, moves.size() - 1));
    }

    private synchronized void clear() {
      moves.clear();
      next = 0;
    }
  }
}
