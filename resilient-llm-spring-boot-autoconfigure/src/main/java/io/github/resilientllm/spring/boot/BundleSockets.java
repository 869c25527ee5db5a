package io.github.resilientllm.spring.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import org.springframework.boot.ssl.SslBundle;

/** Makes the TLS sockets of an SSL bundle; once it is reloaded, with what it holds then. */
final class BundleSockets extends SSLSocketFactory {
  private volatile SSLSocketFactory current;

  BundleSockets(SslBundle bundle) {
    this.current = bundle.createSslContext().getSocketFactory();
  }

  /** Makes further sockets with what a reloaded bundle holds; with the old if it cannot be used. */
  void use(SslBundle reloaded) {
    current = reloaded.createSslContext().getSocketFactory();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return current.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return current.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket() throws IOException {
    return current.createSocket();
  }

  @Override
  public Socket createSocket(Socket over, String host, int port, boolean autoClose)
      throws IOException {
    return current.createSocket(over, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return current.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return current.createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return current.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return current.createSocket(host, port, localHost, localPort);
  }
}
