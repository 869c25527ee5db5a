package io.github.resilientllm.okhttp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/**
 * A server's certificate, signed by the one authority of the tests. Each is made once, by the JDK's
 * own keytool, which takes seconds on a busy machine.
 */
final class Certificate {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private static byte[] authorityStore = {}; // guarded by MADE
  private static final Map<List<String>, Certificate> MADE = new HashMap<>(); // guarded by itself

  private final KeyStore keys;
  private final java.security.cert.Certificate authority;

  private Certificate(KeyStore keys, java.security.cert.Certificate authority) {
    this.keys = keys;
    this.authority = authority;
  }

  /** One for 127.0.0.1 that is valid. */
  static Certificate good() throws Exception {
    return of("-ext", "san=ip:127.0.0.1,dns:localhost");
  }

  static Certificate expired() throws Exception {
    return of("-ext", "san=ip:127.0.0.1", "-startdate", "-3d", "-validity", "1");
  }

  static Certificate ofAnotherName() throws Exception {
    return of("-ext", "san=dns:somebody.else");
  }

  private static Certificate of(String... options) throws Exception {
    synchronized (MADE) {
      Certificate made = MADE.get(List.of(options));
      if (made == null) {
        made = made(options);
        MADE.put(List.of(options), made);
      }
      return made;
    }
  }

  private static Certificate made(String... options) throws Exception {
    Path directory = Files.createTempDirectory("certificate");
    Path file = directory.resolve("keys.p12");
    if (authorityStore.length == 0) {
      keytool(file, "authority", "-ext", "bc:c");
      authorityStore = Files.readAllBytes(file);
    }
    Files.write(file, authorityStore);
    List<String> signed = new ArrayList<>(List.of("-signer", "authority"));
    signed.addAll(Arrays.asList(options));
    keytool(file, "server", signed.toArray(String[]::new));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    Files.delete(file);
    Files.delete(directory);
    java.security.cert.Certificate authority = keys.getCertificate("authority");
    keys.deleteEntry("authority");
    return new Certificate(keys, authority);
  }

  private static void keytool(Path file, String alias, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-J-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
    command.addAll(List.of("-keystore", file.toString()));
    command.addAll(Arrays.asList(options));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  SSLContext server() {
    try {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  ServerSocketFactory serverSockets() {
    return server().getServerSocketFactory();
  }

  /** A client that trusts its authority. */
  OkHttpClient.Builder client() {
    try {
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", authority);
      managers.init(trusted);
      X509TrustManager trust = (X509TrustManager) managers.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new X509TrustManager[] {trust}, null);
      return new OkHttpClient.Builder().sslSocketFactory(context.getSocketFactory(), trust);
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
