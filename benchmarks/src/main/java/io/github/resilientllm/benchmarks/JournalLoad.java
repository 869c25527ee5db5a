package io.github.resilientllm.benchmarks;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.FileJournal;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.TurnKey;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.journal.ConversationState;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.Journal.Query;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.policy.Conversations;
import io.github.resilientllm.policy.Conversations.Window;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a journal takes under load, and how that grows: turns at once, the bytes of an answer that
 * is streamed, a listing, a turn of a long conversation, the heap. Arguments: the journals to
 * measure, and what of it; all if none are given. Another journal is measured by adding it to
 * {@link #JOURNALS}.
 */
public final class JournalLoad {
  private static final String KIB = "x".repeat(1024);

  /** Opens the same journal again each time it is called with the same directory. */
  private static final Map<String, Function<Path, Journal>> JOURNALS =
      new TreeMap<>(
          Map.<String, Function<Path, Journal>>of(
              "files", FileJournal::at, "memory", new OneMemory()));

  private static final Map<String, Measurement> MEASUREMENTS =
      new TreeMap<>(
          Map.<String, Measurement>of(
              "turns", JournalLoad::turns,
              "bytes", JournalLoad::bytes,
              "listing", JournalLoad::listing,
              "long", JournalLoad::longConversation,
              "heap", JournalLoad::heap));

  private interface Measurement {
    void of(Function<Path, Journal> journals, Path directory) throws Exception;
  }

  private JournalLoad() {}

  /** Measures what is named. */
  public static void main(String[] args) throws Exception {
    List<String> named = Arrays.asList(args);
    for (var journal : JOURNALS.entrySet()) {
      for (var measurement : MEASUREMENTS.entrySet()) {
        if (isNamed(journal.getKey(), JOURNALS, named)
            && isNamed(measurement.getKey(), MEASUREMENTS, named)) {
          System.out.println(journal.getKey() + ", " + measurement.getKey());
          Scratch scratch = Scratch.make();
          try {
            measurement.getValue().of(journal.getValue(), scratch.directory());
          } finally {
            scratch.delete();
          }
        }
      }
    }
  }

  private static boolean isNamed(String name, Map<String, ?> among, List<String> named) {
    return named.contains(name) || among.keySet().stream().noneMatch(named::contains);
  }

  /** A journal in memory for each directory. */
  private static final class OneMemory implements Function<Path, Journal> {
    private final Map<Path, Journal> known = new TreeMap<>();

    @Override
    public Journal apply(Path directory) {
      return known.computeIfAbsent(directory, d -> new MemoryJournal(1L << 40));
    }
  }

  private static ResilientLlm client(Journal journal, LlmProvider provider) {
    return ResilientLlm.with(provider)
        .journal(journal)
        .conversations(Conversations.standard().withWindow(Window.ofMessages(20)))
        .build();
  }

  private static void turns(Function<Path, Journal> journals, Path directory) throws Exception {
    for (int conversations : new int[] {1, 64, 500}) {
      try (Journal journal = journals.apply(directory.resolve("of" + conversations))) {
        ResilientLlm llm = client(journal, new InstantProvider());
        LongAdder turns = new LongAdder();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < conversations; i++) {
          Conversation chat = llm.conversation("conversation " + i);
          Runnable talk =
              () -> {
                while (!over.get()) {
                  chat.say(KIB);
                  turns.increment();
                }
              };
          threads.add(new Thread(talk));
        }
        threads.forEach(Thread::start);
        Thread.sleep(2_000);
        turns.reset();
        long begin = System.nanoTime();
        Thread.sleep(4_000);
        long done = turns.sum();
        double seconds = (System.nanoTime() - begin) / 1e9;
        over.set(true);
        for (Thread thread : threads) {
          thread.join();
        }
        System.out.printf("  %d conversations: %.0f turns/s%n", conversations, done / seconds);
      }
    }
  }

  private static void bytes(Function<Path, Journal> journals, Path directory) {
    try (Journal journal = journals.apply(directory)) {
      SlowProvider slow = new SlowProvider(journal);
      client(journal, slow).conversation("c").say("q");
      System.out.printf(
          "  an answer of %d bytes at 50 tokens/s: %.2f bytes for each while it comes%n",
          slow.said, (slow.atTheEnd - slow.atTheBeginning) / (double) slow.said);
    }
  }

  private static void listing(Function<Path, Journal> journals, Path directory) {
    int conversations = 10_000;
    try (Journal journal = journals.apply(directory)) {
      for (int i = 0; i < conversations; i++) {
        try (Journal.Log log = journal.open("conversation " + i).join()) {
          log.append(entry(1, Kind.ATTEMPT, "{}")).join();
        }
      }
      for (int round = 0; round < 3; round++) {
        long begin = System.nanoTime();
        Journal.Listing page = journal.list(Query.all().limit(50)).join();
        long first = System.nanoTime();
        journal.list(Query.all().limit(50).from(page.next())).join();
        long second = System.nanoTime();
        int all = journal.list().join().size();
        System.out.printf(
            "  of %d the first 50: %.1f ms, the next 50: %.1f ms, all: %.1f ms%n",
            all, millis(begin, first), millis(first, second), millis(second, System.nanoTime()));
      }
    }
  }

  private static void longConversation(Function<Path, Journal> journals, Path directory) {
    String text = "x".repeat(32 << 10);
    for (int turns : new int[] {25, 3_200}) {
      Path place = directory.resolve("of" + turns);
      long bytes;
      try (Journal first = journals.apply(place)) {
        Conversation chat = client(first, new InstantProvider()).conversation("c");
        for (int i = 0; i < turns; i++) {
          chat.say(TurnKey.of("key " + i), text);
        }
        bytes = first.head("c").join().orElseThrow().bytes();
        for (int round = 0; round < 3; round++) {
          Journal another = journals.apply(place); // that knows nothing yet
          double plain = cold(another, chat2 -> chat2.say("q"));
          String key = "new " + round;
          double newKey = cold(another, chat2 -> chat2.say(TurnKey.of(key), "q"));
          double oldKey = cold(another, chat2 -> chat2.say(TurnKey.of("key 7"), text));
          System.out.printf(
              "  a turn by a new client in %.1f MB: %.1f ms, with a new key %.1f ms, an old key %.1f ms%n",
              bytes / 1e6, plain, newKey, oldKey);
        }
      }
    }
  }

  private static double cold(Journal journal, Function<Conversation, Object> turn) {
    Conversation chat = client(journal, new InstantProvider()).conversation("c");
    long begin = System.nanoTime();
    Object unused = turn.apply(chat);
    return millis(begin, System.nanoTime());
  }

  private static void heap(Function<Path, Journal> journals, Path directory) {
    long before = usedHeap();
    try (Journal journal = journals.apply(directory)) {
      ResilientLlm llm = client(journal, new InstantProvider());
      for (int i = 0; i < 20_000; i++) {
        llm.conversation("one").say(KIB);
      }
      System.out.printf("  after 20,000 turns of a KiB: %.1f MB%n", (usedHeap() - before) / 1e6);
      for (int i = 0; i < 50_000; i++) {
        llm.conversation("conversation " + i).say("q");
      }
      System.out.printf(
          "  and 50,000 conversations of a word: %.1f MB%n", (usedHeap() - before) / 1e6);
      if (llm.conversation("one").unanswered().isPresent()) {
        throw new IllegalStateException("an answer is missing");
      }
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static double millis(long from, long to) {
    return (to - from) / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }

  private static JournalEntry entry(long n, Kind kind, String body) {
    return new JournalEntry(n, Instant.now(), kind, ConversationState.IDLE, body);
  }

  /** 250 tokens of five bytes, one each 20 ms; looks at how much of them is kept. */
  private static final class SlowProvider implements LlmProvider {
    private static final int TOKENS = 250;
    private final Journal journal;
    private int said;
    private long atTheBeginning;
    private long atTheEnd;

    SlowProvider(Journal journal) {
      this.journal = journal;
    }

    @Override
    public String vendor() {
      return "slow";
    }

    @Override
    public String model() {
      return "m";
    }

    private long kept() {
      return journal.head("c").join().orElseThrow().bytes();
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new ProviderCall() {
        private int tokens;

        @Override
        public ChatEvent.@Nullable Delta next() {
          if (tokens == 1) {
            atTheBeginning = kept();
            said = 0;
          }
          if (tokens++ == TOKENS) {
            atTheEnd = kept();
            return null;
          }
          pause();
          said += 5;
          return new ChatEvent.TextDelta("word ");
        }

        @Override
        public Completion completion() {
          return Completion.of(FinishReason.STOP, Usage.of(1, TOKENS).withTotal(1 + TOKENS));
        }

        @Override
        public void close() {}
      };
    }

    private static void pause() {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
