package io.github.resilientllm.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL on this machine, with fsync on. It does not run as root: then it runs as {@code
 * nobody}, and where that is not possible tests are skipped with the reason.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String BINARIES = "/postgres-linux-x86_64.txz";
  private static final int START_SECONDS = 60;

  /** The port of the one that is shared, also by classes that were loaded twice. */
  private static final String SHARED = "resilientllm.postgres.port";

  private static PostgresServer shared;
  private static Path installed;

  private final Path data;
  private final int port;
  private Process process;

  private PostgresServer(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  /** The one server of this JVM. */
  public static synchronized PostgresServer shared() {
    if (shared == null) {
      String port = System.getProperty(SHARED);
      shared = port == null ? start() : new PostgresServer(null, Integer.parseInt(port));
      System.setProperty(SHARED, Integer.toString(shared.port));
    }
    return shared;
  }

  /** A server of one's own, to be harmed. */
  public static PostgresServer start() {
    requirePossible();
    try {
      Path bin = install();
      Path data = directory();
      own(data);
      run(
          bin,
          "initdb",
          "-D",
          data + "/db",
          "-U",
          "postgres",
          "-A",
          "trust",
          "--no-sync",
          "-E",
          "UTF8",
          "--locale=C");
      Path rules = data.resolve("db/pg_hba.conf");
      Files.writeString(
          rules, "host all locked 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
      PostgresServer server = new PostgresServer(data, freePort());
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      server.restart();
      return server;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A database that nothing else uses, with or without the tables. */
  public synchronized PGSimpleDataSource database(boolean withTables) {
    String name = "test" + UUID.randomUUID().toString().replace("-", "");
    execute(dataSource("postgres"), "CREATE DATABASE " + name);
    PGSimpleDataSource source = dataSource(name);
    if (withTables) {
      PostgresSchema.in(source).create();
    }
    return source;
  }

  /** A database that nothing else uses. */
  public PGSimpleDataSource database() {
    return database(true);
  }

  /** A database of this server by its name. */
  public PGSimpleDataSource dataSource(String name) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(name);
    source.setUser("postgres");
    return source;
  }

  static void empty(javax.sql.DataSource source) {
    execute(
        source,
        "DELETE FROM resilient_llm_conversation; DELETE FROM resilient_llm_entry; DELETE FROM resilient_llm_damaged");
  }

  static void execute(javax.sql.DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first value of a result. */
  static String text(javax.sql.DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      return found.next() ? found.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a loss of power, but for the disk's cache. */
  void kill() throws InterruptedException {
    all().forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  /** Nothing moves until {@link #thaw}. */
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    all().map(handle -> Long.toString(handle.pid())).forEach(command::add);
    new ProcessBuilder(command).start().waitFor();
  }

  private Stream<ProcessHandle> all() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** Starts it, and waits until it takes connections. */
  void restart() throws IOException, InterruptedException {
    process =
        command(
                install(),
                "postgres",
                "-D",
                data + "/db",
                "-p",
                Integer.toString(port),
                "-c",
                "fsync=on",
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=100")
            .redirectErrorStream(true)
            .start();
    CountDownLatch ready = new CountDownLatch(1);
    Queue<String> said = new ConcurrentLinkedQueue<>();
    Thread reader = new Thread(() -> read(process, ready, said));
    reader.setDaemon(true);
    reader.start();
    if (!ready.await(START_SECONDS, TimeUnit.SECONDS) || !process.isAlive()) {
      throw new IllegalStateException("PostgreSQL did not start: " + said);
    }
  }

  private static void read(Process server, CountDownLatch ready, Queue<String> said) {
    try (BufferedReader lines = server.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (ready.getCount() > 0) {
          said.add(line);
        }
        if (line.contains("ready to accept connections")) {
          ready.countDown();
        }
      }
    } catch (IOException e) {
      said.add(e.toString());
    }
    ready.countDown();
  }

  @Override
  public void close() {
    try {
      kill();
      delete(data);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void requirePossible() {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "PostgreSQL is here for Linux on amd64 only");
    Assumptions.assumeTrue(
        !isRoot() || Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "PostgreSQL does not run as root, and there is no setpriv to make it another user");
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** Unpacks the server once for this JVM. */
  private static synchronized Path install() throws IOException {
    if (installed != null) {
      return installed.resolve("bin");
    }
    Path to = directory();
    try (InputStream packed = PostgresServer.class.getResourceAsStream(BINARIES);
        TarArchiveInputStream files =
            new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (TarArchiveEntry entry = files.getNextEntry();
          entry != null;
          entry = files.getNextEntry()) {
        unpack(entry, files, to);
      }
    }
    installed = to;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(to)));
    return to.resolve("bin");
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path to)
      throws IOException {
    Path path = to.resolve(entry.getName()).normalize();
    if (!path.startsWith(to)) {
      throw new IOException(entry.getName());
    }
    Files.createDirectories(entry.isDirectory() ? path : path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (!entry.isDirectory()) {
      Files.copy(content, path);
      boolean runs = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static Path directory() throws IOException {
    Path made = Files.createTempDirectory("resilient-llm-postgres-");
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private static void own(Path directory) throws IOException {
    if (isRoot()) {
      Files.setOwner(
          directory,
          directory
              .getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByName("nobody"));
    }
  }

  private static ProcessBuilder command(Path bin, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups", "--"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(bin.toFile());
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  private static void run(Path bin, String program, String... arguments)
      throws IOException, InterruptedException {
    Process process = command(bin, program, arguments).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(program + " failed: " + said);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresServer::deleteOne);
    } catch (IOException | UncheckedIOException e) {
      // in the system's temporary directory, which is emptied some day
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
