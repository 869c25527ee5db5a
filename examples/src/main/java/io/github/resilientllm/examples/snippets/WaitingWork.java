package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.FileOutbox;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.outbox.ItemState;
import io.github.resilientllm.outbox.OutboxStore;
import io.github.resilientllm.outbox.OutboxStore.Query;
import io.github.resilientllm.outbox.Priority;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** Answers mails when the vendor can, however long that takes. */
public final class WaitingWork {
  private WaitingWork() {}

  /** Sends mails; whatever it is called with twice it sends once. */
  interface Mail {
    void send(String to, String text, String key);
  }

  /** Answers one mail; the program goes on until it is ended. */
  public static void main(String[] args) throws InterruptedException {
    ResilientLlm llm =
        ResilientLlm.with(
                OpenAi.model("gpt-4.1-mini").apiKey(ApiKey.fromEnv("OPENAI_API_KEY")).build())
            .build();
    Mail mail = (to, text, key) -> System.out.println(to + ": " + text);
    try (FileOutbox store = FileOutbox.at(Path.of("outbox"));
        Outbox outbox = answering(llm, store, mail)) {
      submit(outbox, "ann@example.com", "Where is my parcel?", "mail-4711");
      Thread.currentThread().join();
    }
  }

  static Outbox answering(ResilientLlm llm, OutboxStore store, Mail mail) {
    Outbox outbox =
        Outbox.with(llm)
            .store(store)
            .handler("reply", done -> mail.send(done.attribute("to"), done.text(), done.key()))
            .build();
    outbox.start();
    return outbox;
  }

  static void submit(Outbox outbox, String from, String question, String mailId) {
    outbox.submit(
        Work.of(question)
            .handler("reply")
            .attribute("to", from)
            .key(mailId) // submitted twice, it is kept once
            .priority(Priority.CRITICAL)
            .expiresAfter(Duration.ofHours(8))); // worthless after that
  }

  static void submitTurn(Outbox outbox) {
    outbox.submit(Work.turn("ticket-4711", "And how long does delivery take?").handler("reply"));
  }

  static void lookAfter(Outbox outbox, String id, PrintStream out) {
    outbox.status(id).ifPresent(it -> out.println(it.why())); // why it waits, in words
    outbox.find("mail-4711").ifPresent(it -> out.println(it.item().state())); // the same by key
    for (Outbox.Entry dead : outbox.list(Query.all().in(ItemState.DEAD)).entries()) {
      out.println(dead.item().id() + ": " + dead.why());
    }
    outbox.replay(Query.all().in(ItemState.DEAD).reason("UNAUTHORIZED"));
    outbox.hurry(Query.one(id)); // one that is put off, now
    outbox.cancel(id);
    outbox.purge(Query.all().in(ItemState.CANCELLED));
    outbox.pause(); // on all machines, until told otherwise
    outbox.resume();
    out.println(outbox.counts().oldest()); // by class; also what there is, by state
  }
}
