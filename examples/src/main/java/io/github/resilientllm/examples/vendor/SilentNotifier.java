package io.github.resilientllm.examples.vendor;

import com.github.tomakehurst.wiremock.common.Notifier;

/**
 * A notifier that says nothing: a client that hangs up on a slow answer is an error for a web
 * server, and the very thing that is to be seen here.
 */
final class SilentNotifier implements Notifier {
  @Override
  public void info(String message) {}

  @Override
  public void error(String message) {}

  @Override
  public void error(String message, Throwable cause) {}
}
