package io.github.resilientllm.springai;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A vendor on a plain socket of this machine that speaks OpenAI's protocol as a script says, byte
 * by byte. The n-th request is answered by the n-th script, all further ones by the last.
 */
public final class LocalVendor implements AutoCloseable {

  /** How one request is answered. */
  public interface Script {
    void answer(Exchange exchange) throws IOException;
  }

  private final ServerSocket socket;
  private final List<Script> scripts;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);

  private LocalVendor(List<Script> scripts) throws IOException {
    this.scripts = scripts;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public static LocalVendor that(Script... scripts) throws IOException {
    return new LocalVendor(List.of(scripts));
  }

  /** One that answers, as it is asked to: streamed or whole. */
  public static LocalVendor says(String text) throws IOException {
    return that(
        exchange -> {
          if (exchange.isStream()) {
            exchange.sse().text(text).finish("stop").done();
          } else {
            exchange.json(200, whole(text, "stop"));
          }
        });
  }

  public static String whole(String text, String finish) {
    return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
        + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + text
        + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\""
        + finish
        + "\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}";
  }

  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /** The requests so far, head and body. */
  public List<String> requests() {
    return requests;
  }

  /** Waits until a client has gone whose script hangs, or was about to. */
  public boolean awaitClientGone() throws InterruptedException {
    return gone.await(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        if (closing.getCount() == 0) { // an accept that was under way outlives the close
          connection.close();
          return;
        }
        open.add(connection);
        daemon(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      for (String request = read(in); !request.isEmpty(); request = read(in)) {
        requests.add(request);
        Script script = scripts.get(Math.min(requests.size(), scripts.size()) - 1);
        script.answer(new Exchange(connection, in, request));
      }
    } catch (IOException e) {
      gone.countDown(); // the client, perhaps before the script came to wait; or the script itself
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
      text = next == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
    }
    int length = 0;
    for (String line : text.lines().toList()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "local-vendor");
    thread.setDaemon(true);
    thread.start();
  }

  /** One request and its answer. */
  public final class Exchange {
    private final Socket connection;
    private final InputStream in;
    private final OutputStream out;
    private final String request;

    private Exchange(Socket connection, InputStream in, String request) throws IOException {
      this.connection = connection;
      this.in = in;
      this.out = connection.getOutputStream();
      this.request = request;
    }

    /** Whether a stream is asked for. */
    public boolean isStream() {
      return request.contains("\"stream\":true");
    }

    private Exchange send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      return this;
    }

    public void json(int status, String body, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      head.append("Content-Type: application/json\r\nContent-Length: ").append(length);
      send(head + "\r\n\r\n" + body);
    }

    /** Begins a stream. */
    public Exchange sse() throws IOException {
      String type = "Content-Type: text/event-stream\r\n";
      return send("HTTP/1.1 200 OK\r\n" + type + "Transfer-Encoding: chunked\r\n\r\n");
    }

    public Exchange event(String data) throws IOException {
      return piece("data: " + data + "\n\n");
    }

    /** An event with a name, as Anthropic's have. */
    public Exchange event(String name, String data) throws IOException {
      return piece("event: " + name + "\ndata: " + data + "\n\n");
    }

    private Exchange piece(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return send(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
    }

    public Exchange text(String text) throws IOException {
      return delta("\"content\":\"" + text + "\"", "null", "");
    }

    /** A delta, with further fields of the chunk. */
    public Exchange delta(String fields, String finish, String more) throws IOException {
      return event(
          "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
              + more
              + "\"choices\":[{\"index\":0,\"delta\":{"
              + fields
              + "},\"finish_reason\":"
              + finish
              + "}]}");
    }

    /** The end of the answer, and its tokens. */
    public Exchange finish(String reason) throws IOException {
      return delta("", "\"" + reason + "\"", "")
          .event(
              "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
                  + "\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,"
                  + "\"total_tokens\":8}}");
    }

    public void done() throws IOException {
      event("[DONE]").endOfStream();
    }

    /** As if all were well. */
    public void endOfStream() throws IOException {
      send("0\r\n\r\n");
    }

    public void cut() throws IOException {
      send("ff\r\ndata: {");
      connection.close();
    }

    public void reset() throws IOException {
      connection.setSoLinger(true, 0);
      connection.close();
    }

    /** Says nothing more, until the client goes. */
    public void hang() throws IOException {
      try {
        int unused = in.read();
      } finally {
        gone.countDown();
      }
    }

    /** Sends comments, until the client goes or the vendor is closed. */
    public void commentForEver() throws IOException {
      forEver(": keep-alive\n\n");
    }

    /** Sends text, until the client goes or the vendor is closed. */
    public void textForEver() throws IOException {
      forEver(
          "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
              + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"and \"}}]}\n\n");
    }

    private void forEver(String piece) throws IOException {
      try {
        while (!closing.await(20, TimeUnit.MILLISECONDS)) {
          piece(piece);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        gone.countDown();
      }
    }
  }
}
