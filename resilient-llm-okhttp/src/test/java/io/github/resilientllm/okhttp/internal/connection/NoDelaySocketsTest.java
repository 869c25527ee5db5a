package io.github.resilientllm.okhttp.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** No socket of ours waits for an acknowledgement before it sends. */
class NoDelaySocketsTest {

  @Test
  void everySocketSendsAtOnce() throws Exception {
    NoDelaySockets sockets = new NoDelaySockets();
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket server = new ServerSocket(0, 5, here);
        Socket unconnected = sockets.createSocket();
        Socket connected = sockets.createSocket(here, server.getLocalPort());
        Socket byName = sockets.createSocket(here.getHostAddress(), server.getLocalPort())) {
      assertThat(unconnected.getTcpNoDelay()).isTrue();
      assertThat(connected.getTcpNoDelay()).isTrue();
      assertThat(byName.getTcpNoDelay()).isTrue();
    }
  }
}
