package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariDataSource;
import io.github.resilientllm.Delivery;
import io.github.resilientllm.Outbox;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Work;
import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.outbox.OutboxException;
import io.github.resilientllm.outbox.OutboxItem;
import io.github.resilientllm.policy.Draining;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A process of its own that submits work and drains it, with others; says what it does. */
public final class Machine {
  private Machine() {}

  /** Starts one: {@code submits} items, of which each second one in a transaction of its own. */
  static Process start(PGSimpleDataSource database, int vendor, String name, int submits)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Machine.class.getName(),
                Integer.toString(database.getPortNumbers()[0]),
                database.getDatabaseName(),
                Integer.toString(vendor),
                name,
                Integer.toString(submits)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** PORT DATABASE VENDOR NAME SUBMITS; ends when its input does. */
  public static void main(String[] arguments) throws Exception {
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setServerNames(new String[] {"127.0.0.1"});
    server.setPortNumbers(new int[] {Integer.parseInt(arguments[0])});
    server.setDatabaseName(arguments[1]);
    server.setUser("postgres");
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(server);
      pool.setConnectionTimeout(2000);
      try (PostgresOutbox store =
          PostgresOutbox.builder(pool).threads(4).serverPatience(Duration.ofSeconds(2)).build()) {
        run(
            store,
            pool,
            Integer.parseInt(arguments[2]),
            arguments[3],
            Integer.parseInt(arguments[4]));
      }
    }
  }

  private static void run(
      PostgresOutbox store, HikariDataSource pool, int vendor, String name, int submits)
      throws IOException, InterruptedException {
    ResilientLlm llm =
        ResilientLlm.with(new Asking(vendor)).deadline(Duration.ofSeconds(5)).build();
    try (Outbox outbox =
        Outbox.with(llm)
            .store(store)
            .draining(Draining.standard().withMaxInFlight(8).withLease(Duration.ofSeconds(3)))
            .handler("mail", Machine::deliver)
            .build()) {
      outbox.start();
      say("started");
      for (int i = 0; i < submits; i++) {
        submit(outbox, store, pool, name + "-" + i, i % 2 == 1);
      }
      say("submitted");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (in.readLine() != null) {
        say("rate " + outbox.itemsPerSecond());
      }
    }
  }

  private static void deliver(Delivery done) {
    say("delivered " + done.key());
  }

  private static void submit(
      Outbox outbox, PostgresOutbox store, HikariDataSource pool, String key, boolean inMine) {
    Work work = Work.of("question " + key).handler("mail").key(key).tenant("t" + key.length());
    try {
      if (inMine) {
        try (Connection connection = pool.getConnection()) {
          connection.setAutoCommit(false);
          OutboxItem kept = store.submit(connection, outbox.item(work));
          connection.commit();
          connection.setAutoCommit(true);
          say("kept " + kept.key().orElseThrow());
        }
      } else {
        say("kept " + outbox.submit(work).key().orElseThrow());
      }
    } catch (OutboxException | SQLException e) {
      say("not kept " + key); // or nobody knows
    }
  }

  private static void say(String line) {
    synchronized (Machine.class) {
      System.out.println(line);
      System.out.flush();
    }
  }

  /** Asks a {@link CountingVendor} of another process. */
  private record Asking(int port) implements LlmProvider {
    @Override
    public String vendor() {
      return "counting";
    }

    @Override
    public String model() {
      return "m";
    }

    @Override
    public ProviderCall newCall(ChatRequest request, CallOptions options) {
      return new Call(port, request.messages().get(0).text());
    }
  }

  private static final class Call implements ProviderCall {
    private final int port;
    private final String question;
    private boolean said;

    Call(int port, String question) {
      this.port = port;
      this.question = question;
    }

    @Override
    public ChatEvent.Delta next() throws ProviderException {
      if (said) {
        return null;
      }
      said = true;
      String answer;
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(4000);
        socket.getOutputStream().write((question + "\n").getBytes(UTF_8));
        answer =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
      } catch (IOException e) {
        throw new ProviderException(ErrorKind.NETWORK, "no vendor");
      }
      if (answer == null || answer.equals("500")) {
        throw ProviderException.builder(ErrorKind.SERVER_ERROR, "down").answered(500, "r").build();
      }
      if (answer.equals("429")) {
        throw ProviderException.builder(ErrorKind.RATE_LIMITED, "full").answered(429, "r").build();
      }
      return new ChatEvent.TextDelta(answer);
    }

    @Override
    public Completion completion() {
      return Completion.builder(FinishReason.STOP).build();
    }

    @Override
    public void close() {}
  }
}
