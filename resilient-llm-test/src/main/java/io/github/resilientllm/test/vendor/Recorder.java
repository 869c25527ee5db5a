package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on loopback that passes requests on to a real vendor, and writes the answers with their
 * timings into a file that local vendors play: see {@link Recording}.
 *
 * <pre>{@code
 * try (Recorder recorder = Recorder.start(URI.create("https://api.openai.com"), file)) {
 *   new Support(recorder.root() + "/v1").answer("Where is my parcel?");
 * }
 * }</pre>
 *
 * <p>Of a request only the path is kept: no header, no key, no query and no body. Of an answer's
 * head stay the status, the content type and what says when to come back; of its JSON the structure
 * and the numbers, strings under names that hold words of the protocol, and of all other strings
 * their length: letters are replaced by others. Answers that are neither JSON nor events are passed
 * on and not recorded. Safe for use by several threads.
 */
public final class Recorder implements AutoCloseable {
  /** Of one answer's body; what is longer is passed on and not recorded. */
  private static final int MOST_BYTES = 16 << 20;

  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "transfer-encoding",
          "upgrade");

  private final URI vendor;
  private final Path file;
  private final Set<String> kept;
  private final HttpClient http = HttpClient.newHttpClient();
  private final SocketServer server;
  private int recorded; // guarded by this, as the file
  private int passedOver;
  private @Nullable IOException failure;

  private Recorder(URI vendor, Path file, int port, Set<String> kept) {
    this.vendor = vendor;
    this.file = file;
    this.kept = kept;
    this.server = SocketServer.start(port, plain -> plain, this::answer);
  }

  /**
   * Starts one on a free port, which appends to the file.
   *
   * @param vendor the vendor's address, such as {@code https://api.openai.com}; requests keep their
   *     paths
   */
  public static Recorder start(URI vendor, Path file) {
    return start(vendor, file, 0, Set.of());
  }

  /**
   * Starts one on a port.
   *
   * @param port 0 for any that is free
   * @param keeping names of JSON fields whose strings are kept as they are, such as {@code message}
   *     for what errors say, or {@code name} for those of tools
   * @throws IllegalArgumentException if the vendor's address is none
   */
  public static Recorder start(URI vendor, Path file, int port, Set<String> keeping) {
    boolean isHttp = "https".equals(vendor.getScheme()) || "http".equals(vendor.getScheme());
    if (!isHttp || vendor.getHost() == null) {
      throw new IllegalArgumentException(
          "A vendor's address is like https://api.openai.com, not \"" + vendor + "\"");
    }
    return new Recorder(vendor, file, port, Set.copyOf(keeping));
  }

  /** Its address, in place of the vendor's. */
  public String root() {
    return "http://127.0.0.1:" + server.port();
  }

  /** How many answers are in the file by now. */
  public synchronized int recorded() {
    return recorded;
  }

  /** How many answers were passed on that could not be recorded. */
  public synchronized int passedOver() {
    return passedOver;
  }

  /**
   * Stops.
   *
   * @throws UncheckedIOException if the file could not be written
   */
  @Override
  public void close() {
    server.close();
    synchronized (this) {
      if (failure != null) {
        throw new UncheckedIOException(file + " could not be written", failure);
      }
    }
  }

  private void answer(HttpRequest request, Exchange exchange) throws IOException {
    Take take = new Take(request.path(), new Scrubber(kept));
    HttpResponse<WholeBody> response;
    try {
      response = http.send(passedOn(request), head -> new WholeBody());
    } catch (IOException broken) {
      keep(take);
      exchange.reset();
      return;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    try (WholeBody body = response.body()) {
      Map<String, String> headers = new LinkedHashMap<>();
      response.headers().map().forEach((name, all) -> headers.put(name, all.get(0)));
      headers.keySet().removeIf(name -> name.startsWith(":") || NOT_PASSED_ON.contains(name));
      String type = headers.getOrDefault("content-type", "application/json");
      headers.remove("content-type");
      take.head(response.statusCode(), type, headers);
      exchange.head(response.statusCode(), type, headers, "Transfer-Encoding: chunked");
      for (byte[] bytes = next(body); bytes != null; bytes = next(body)) {
        take.add(bytes);
        exchange.chunk(bytes);
      }
      take.ends();
      keep(take);
      exchange.endChunks();
    } catch (VendorBroke cut) {
      keep(take);
      exchange.cut();
    }
  }

  /** The vendor has ended its answer before the end. */
  private static final class VendorBroke extends IOException {
    private static final long serialVersionUID = 1L;

    VendorBroke(IOException cause) {
      super(cause);
    }
  }

  private static byte @Nullable [] next(WholeBody body) throws IOException {
    try {
      return body.next();
    } catch (InterruptedException e) {
      throw new IOException(e);
    } catch (IOException e) {
      throw new VendorBroke(e);
    }
  }

  private java.net.http.HttpRequest passedOn(HttpRequest request) {
    String target = request.path() + (request.query().isEmpty() ? "" : "?" + request.query());
    String root = vendor.toString().replaceAll("/+$", "");
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(URI.create(root + target))
            .method(
                request.method(),
                java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (!NOT_PASSED_ON.contains(name)) {
                builder.header(name, value);
              }
            });
    return builder.build();
  }

  private synchronized void keep(Take take) {
    Recording.Answer answer = take.answer();
    if (answer == null) {
      passedOver++;
      return;
    }
    try {
      Files.writeString(file, answer.line(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      recorded++;
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    }
  }

  /** One answer as it comes. Of one thread. */
  private static final class Take {
    private final String path;
    private final Scrubber scrubber;
    private final List<Recording.Piece> pieces = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream(); // since the last line
    private Map<String, String> headers = Map.of();
    private int status;
    private boolean isStream;
    private @Nullable EventFrames frames;
    private boolean isText = true;
    private boolean isWhole;
    private long size;
    private long last = System.nanoTime();

    Take(String path, Scrubber scrubber) {
      this.path = path;
      this.scrubber = scrubber;
    }

    void head(int status, String type, Map<String, String> all) {
      this.status = status;
      isStream = type.startsWith("text/event-stream");
      frames = type.startsWith(EventFrames.CONTENT_TYPE) ? new EventFrames() : null;
      isText = isStream || frames != null || type.contains("json");
      Map<String, String> few = new LinkedHashMap<>(Map.of("content-type", type));
      Set<String> names = new HashSet<>(all.keySet());
      names.removeIf(name -> !saysWhen(name.toLowerCase(Locale.ROOT)));
      names.forEach(name -> few.put(name, all.get(name)));
      headers = few;
    }

    private static boolean saysWhen(String name) {
      return name.startsWith("retry-after")
          || name.startsWith("x-ratelimit-")
          || name.startsWith("anthropic-ratelimit-")
          || name.equals("x-should-retry")
          || name.equals("x-amzn-errortype");
    }

    /** Events are kept at the time of their last byte. */
    void add(byte[] bytes) {
      size += bytes.length;
      if (!isText || size > MOST_BYTES) {
        return;
      }
      if (frames != null) {
        add(frames, bytes);
        return;
      }
      open.writeBytes(bytes);
      if (isStream) {
        byte[] all = open.toByteArray();
        int end = lastLineEnd(all);
        if (end > 0) {
          open.reset();
          open.write(all, end, all.length - end);
          piece(lines(new String(all, 0, end, UTF_8)));
        }
      }
    }

    private void add(EventFrames frames, byte[] bytes) {
      String text;
      try {
        text = frames.add(bytes);
      } catch (IllegalArgumentException noFrames) {
        isText = false;
        return;
      }
      if (!text.isEmpty()) {
        piece(lines(text));
      }
    }

    private static int lastLineEnd(byte[] bytes) {
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      return end;
    }

    private String lines(String text) {
      StringBuilder scrubbed = new StringBuilder(text.length());
      int from = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        scrubbed.append(scrubber.line(text.substring(from, end + 1)));
        from = end + 1;
      }
      return scrubbed
          .append(from < text.length() ? scrubber.line(text.substring(from)) : "")
          .toString();
    }

    void ends() {
      isWhole = true;
    }

    private void piece(String text) {
      long now = System.nanoTime();
      pieces.add(new Recording.Piece(Duration.ofNanos(now - last), text));
      last = now;
    }

    Recording.@Nullable Answer answer() {
      if (!isText || size > MOST_BYTES) {
        return null;
      }
      if (open.size() > 0) {
        String rest = open.toString(UTF_8);
        piece(isStream ? lines(rest) : scrubber.json(rest));
      }
      return new Recording.Answer(path, status, headers, pieces, isWhole);
    }
  }
}
