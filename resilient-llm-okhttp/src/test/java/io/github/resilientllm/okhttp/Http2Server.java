package io.github.resilientllm.okhttp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * As much of an HTTP/2 server as answers a request, or refuses it. Without TLS it is for clients
 * that know what it speaks.
 */
final class Http2Server implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int REFUSED_STREAM = 7;
  private static final int STATUS_200 = 0x88; // HPACK's static table

  private static final byte[] BODY =
      "{\"choices\":[{\"message\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;
  private final Set<Integer> refused = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger processed = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  Http2Server(ServerSocketFactory sockets) throws IOException {
    socket = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    if (socket instanceof SSLServerSocket tls) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      tls.setSSLParameters(parameters);
    }
    daemon(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Refuses the request of this number, the first being 1, without looking at it. */
  void refuse(int number) {
    refused.add(number);
  }

  int processed() {
    return processed.get();
  }

  int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        open.add(connection);
        daemon(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      in.readNBytes(24); // the preface
      send(out, SETTINGS, 0, 0);
      while (true) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
          send(out, type, ACK, 0, type == PING ? payload : new byte[0]);
        } else if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
          answer(out, stream);
        }
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private void answer(OutputStream out, int stream) throws IOException {
    if (refused.contains(requests.incrementAndGet())) {
      send(out, RST_STREAM, 0, stream, new byte[] {0, 0, 0, REFUSED_STREAM});
      return;
    }
    processed.incrementAndGet();
    send(out, HEADERS, END_HEADERS, stream, new byte[] {(byte) STATUS_200});
    send(out, DATA, END_STREAM, stream, BODY);
  }

  private static void send(OutputStream out, int type, int flags, int stream, byte... payload)
      throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(stream >> shift);
    }
    frame.write(payload);
    out.write(frame.toByteArray());
    out.flush();
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "http2-server");
    thread.setDaemon(true);
    thread.start();
  }
}
