package io.github.resilientllm;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A log appender of an application's, which is hostile; closing it takes it away. */
final class HostileAppender extends Handler {
  private static final Logger LOG = Logger.getLogger("io.github.resilientllm");

  private final HostileCode code;

  HostileAppender(HostileCode code) {
    this.code = code;
    LOG.setLevel(Level.WARNING);
    LOG.setUseParentHandlers(false); // thousands of lines that nobody reads
    LOG.addHandler(this);
  }

  @Override
  public void publish(LogRecord line) {
    code.meddle("appender");
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOG.removeHandler(this);
    LOG.setUseParentHandlers(true);
    LOG.setLevel(null);
  }
}
