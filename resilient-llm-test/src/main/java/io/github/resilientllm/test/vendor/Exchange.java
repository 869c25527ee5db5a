package io.github.resilientllm.test.vendor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;

/** The connection of one request, byte by byte. Of one thread. */
final class Exchange {
  private static final byte[] END_OF_LINE = {'\r', '\n'};

  private final Socket connection;
  private final InputStream in;
  private final OutputStream out;

  /**
   * Over a connection.
   *
   * @param connection the plain one below TLS, so that it ends as a network ends it
   */
  Exchange(Socket connection, InputStream in, OutputStream out) {
    this.connection = connection;
    this.in = in;
    this.out = out;
  }

  /** The client has closed the connection. */
  static final class ClientLeft extends IOException {
    private static final long serialVersionUID = 1L;

    ClientLeft() {
      super("the client is gone");
    }
  }

  /** The vendor has ended the connection itself. */
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    Ended() {
      super("the connection has been ended");
    }
  }

  Socket connection() {
    return connection;
  }

  void head(int status, String contentType, Map<String, String> headers, String length)
      throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(phrase(status)).append("\r\n");
    head.append("Content-Type: ").append(contentType).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    send(head.append(length).append("\r\n\r\n").toString());
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw connection.isClosed() ? new Ended() : new ClientLeft();
    }
  }

  /** Sends a chunk in one write, so that it is one packet. */
  void chunk(byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      ByteArrayOutputStream chunk = new ByteArrayOutputStream(bytes.length + 12);
      chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
      chunk.writeBytes(bytes);
      chunk.writeBytes(END_OF_LINE);
      send(chunk.toByteArray());
    }
  }

  void endChunks() throws IOException {
    send("0\r\n\r\n");
  }

  /** Ends the connection with a FIN. */
  void cut() throws IOException {
    connection.close();
    throw new Ended();
  }

  /** Ends the connection with an RST. */
  void reset() throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
    throw new Ended();
  }

  /** Sends nothing for a time, unless the client goes. */
  void pause(Duration time) throws IOException {
    long millis = time.toMillis();
    if (millis <= 0) {
      return;
    }
    read((int) Math.min(Integer.MAX_VALUE, millis));
  }

  /** Sends nothing more until the client goes. */
  void hang() throws IOException {
    read(0);
  }

  private void read(int millis) throws IOException {
    try {
      connection.setSoTimeout(millis);
      if (in.read() >= 0) {
        throw new IOException("a second request on a busy connection");
      }
    } catch (SocketTimeoutException e) {
      connection.setSoTimeout(0);
      return;
    } catch (SocketException e) {
      throw connection.isClosed() ? new Ended() : new ClientLeft();
    }
    throw new ClientLeft();
  }

  private static String phrase(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 302 -> "Found";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 404 -> "Not Found";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }
}
