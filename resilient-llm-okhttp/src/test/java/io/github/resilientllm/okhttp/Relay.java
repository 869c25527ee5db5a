package io.github.resilientllm.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A relay in front of a server that can go silent, as a NAT or firewall does that has forgotten a
 * flow: what is sent over connections of before is swallowed, and nobody is told; new ones work.
 */
final class Relay implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Flow> flows = new CopyOnWriteArrayList<>();
  private final int port;

  private static final class Flow {
    final Socket client;
    final Socket server;
    volatile boolean isSilent;

    Flow(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }
  }

  Relay(int port) throws IOException {
    this.port = port;
    daemon(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** How many connections there have been. */
  int connections() {
    return flows.size();
  }

  /** From now on nothing goes over the connections that there are. */
  void forgetFlows() {
    flows.forEach(flow -> flow.isSilent = true);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Flow flow : flows) {
      flow.client.close();
      flow.server.close();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Flow flow = new Flow(client, new Socket(InetAddress.getLoopbackAddress(), port));
        flows.add(flow);
        daemon(() -> pump(flow, flow.client, flow.server));
        daemon(() -> pump(flow, flow.server, flow.client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private static void pump(Flow flow, Socket from, Socket to) {
    byte[] bytes = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (!flow.isSilent) {
          out.write(bytes, 0, read);
          out.flush();
        }
      }
    } catch (IOException e) {
      // one of both is gone
    }
    if (!flow.isSilent) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is
    }
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "relay");
    thread.setDaemon(true);
    thread.start();
  }
}
