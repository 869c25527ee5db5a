package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.SetupException;
import org.jspecify.annotations.Nullable;

/** Who a provider's proxy is told that asks. */
final class ProxyLogin {
  private final String user;
  private final String password;

  private ProxyLogin(String user, String password) {
    this.user = user;
    this.password = password;
  }

  /**
   * What the properties of a proxy say; null for nobody.
   *
   * @param at where the provider's properties are
   * @throws SetupException if they are half of a login, or one that no proxy could be told
   */
  static @Nullable ProxyLogin of(
      String at, ProviderProperties.@Nullable ProxyProperties properties) {
    if (properties == null || !properties.hasLogin()) {
      return null;
    }
    String user = properties.username();
    Secret password = properties.password();
    if (user == null || password == null) {
      String missing = user == null ? "username" : "password";
      throw new SetupException(
          at + ".proxy." + missing + " is missing.",
          "Set it, or remove the other one of %s.proxy.username and .password.".formatted(at));
    }
    if (user.isBlank() || user.contains(":")) {
      throw new SetupException(
          at + ".proxy.username is blank or holds a colon, and no proxy could be told it.",
          "Correct it; the password has a property of its own, %s.proxy.password.".formatted(at));
    }
    if (properties.type() == ProviderProperties.ProxyType.SOCKS) {
      throw new SetupException(
          at + ".proxy.username is set, but " + at + ".proxy.type is socks.",
          "Remove it; a SOCKS proxy takes its user from java.net.Authenticator.");
    }
    return new ProxyLogin(user, password.reveal(at + ".proxy.password"));
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }
}
