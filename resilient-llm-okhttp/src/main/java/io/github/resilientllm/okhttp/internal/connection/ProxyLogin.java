package io.github.resilientllm.okhttp.internal.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/** Who a proxy is told that asks. Shows neither name nor password. */
public final class ProxyLogin implements Authenticator {
  static final String HEADER = "Proxy-Authorization";
  public static final int WANTED = 407;

  private final Authenticator answers;
  private final @Nullable String authorization;

  /** A proxy has refused to connect because of who asks. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("the proxy refused the credentials, or was given none");
    }
  }

  private ProxyLogin(Authenticator answers, @Nullable String authorization) {
    this.answers = answers;
    this.authorization = authorization;
  }

  /** By name and password, which is all that is spoken here (Basic). */
  public static ProxyLogin of(String user, String password) {
    String basic = Credentials.basic(user, password, StandardCharsets.UTF_8);
    return new ProxyLogin(
        (route, response) ->
            response.request().header(HEADER) == null
                ? response.request().newBuilder().header(HEADER, basic).build()
                : null,
        basic);
  }

  /** As a user's client does it. */
  static ProxyLogin by(Authenticator users) {
    return users instanceof ProxyLogin login ? login : new ProxyLogin(users, null);
  }

  /** What can be told before anybody asks; null if nothing. */
  @Nullable String authorization() {
    return authorization;
  }

  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response)
      throws IOException {
    Request answer = answers.authenticate(route, response);
    if (answer == null && response.request().method().equals("CONNECT") && !isGuess(response)) {
      throw new Refused(); // OkHttp has only a text for it
    }
    return answer;
  }

  /** OkHttp asks before it connects, with a response of its own. */
  private static boolean isGuess(Response response) {
    for (Challenge challenge : response.challenges()) {
      if (challenge.scheme().equalsIgnoreCase("OkHttp-Preemptive")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "ProxyLogin[hidden]";
  }
}
