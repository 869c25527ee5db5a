package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import javax.net.SocketFactory;

/**
 * Sockets that send at once, for waiting for an acknowledgement would cost a request up to 40 ms,
 * and that show a sign of life when nothing is said for a minute: a NAT forgets a flow in which a
 * model thinks for longer.
 */
public final class NoDelaySockets extends SocketFactory {
  /**
   * In seconds: to the first sign of life, between two without an answer, and how many of these.
   */
  private static final Map<String, Integer> LIFE =
      Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 15, "TCP_KEEPCOUNT", 4);

  private final SocketFactory sockets = SocketFactory.getDefault();

  @Override
  public Socket createSocket() throws IOException {
    return noDelay(sockets.createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return noDelay(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return noDelay(sockets.createSocket(host, port, from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return noDelay(sockets.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return noDelay(sockets.createSocket(host, port, from, fromPort));
  }

  private static Socket noDelay(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    for (SocketOption<?> option : socket.supportedOptions()) { // not every system has them
      Integer value = LIFE.get(option.name());
      if (value != null && option.type() == Integer.class) {
        set(socket, option, value);
      }
    }
    return socket;
  }

  private static <T> void set(Socket socket, SocketOption<T> option, Object value)
      throws IOException {
    try {
      socket.setOption(option, option.type().cast(value));
    } catch (UnsupportedOperationException e) {
      // then by the system's own clocks, which are hours
    }
  }
}
