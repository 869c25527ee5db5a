package io.github.resilientllm.okhttp.internal.http;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Handshakes of TLS that cannot succeed however often they are tried, and why. */
final class Handshakes {
  private static final int MAX_CAUSES = 16; // the longest chain seen has 4

  private static final Pattern WRONG_NAME =
      Pattern.compile("no subject alternative|no name matching|not verified");
  private static final Pattern UNTRUSTED =
      Pattern.compile("unable to find valid certification path|trust anchor|pkix path building");
  private static final Pattern OLD =
      Pattern.compile(
          "protocol_version|selected protocol version|no appropriate protocol"
              + "|client protocol|handshake_failure|insufficient_security|no cipher suites");

  /** Only what the server says: later JDKs put the same words before their own findings. */
  private static final Pattern OF_OURS =
      Pattern.compile(
          "received fatal alert: (?:bad_certificate|certificate_required|certificate_unknown"
              + "|unsupported_certificate|certificate_expired|certificate_revoked|unknown_ca"
              + "|access_denied)");

  private Handshakes() {}

  /** Why no handshake with this server can succeed; null if it is not that. */
  static @Nullable String refusal(IOException failure) {
    if (failure instanceof SSLPeerUnverifiedException) {
      return isPinned(failure)
          ? "the server's certificate is not one of those that the client is pinned to"
          : "the server's certificate is for another name than the URL's host";
    }
    if (!(failure instanceof SSLException)) {
      return null;
    }
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      String reason = reason(cause);
      if (reason != null) {
        return reason;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static @Nullable String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (cause instanceof CertificateExpiredException) {
      return "the server's certificate has expired";
    }
    if (cause instanceof CertificateNotYetValidException) {
      return "the server's certificate is not valid yet; is this machine's clock right?";
    }
    if (WRONG_NAME.matcher(message).find()) {
      return "the server's certificate is for another name than the URL's host";
    }
    if (cause instanceof CertPathBuilderException) {
      return "the server's certificate is not trusted: it is self-signed, or signed by an authority"
          + " that this JVM does not know, such as that of a proxy in between";
    }
    if (cause instanceof CertificateException
        && cause.getCause() == null
        && !UNTRUSTED.matcher(message).find()) {
      return "the server's certificate is not valid";
    }
    if (OLD.matcher(message).find()) {
      return "the server speaks no version of TLS, or no cipher, that the client accepts";
    }
    if (OF_OURS.matcher(message).find()) {
      return "the server refused the certificate that the client showed, or wants one";
    }
    return null;
  }

  private static boolean isPinned(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Certificate pinning");
  }
}
