package io.github.resilientllm;

import io.github.resilientllm.internal.time.VirtualTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines that the library logs while something runs. */
final class RecordingLogger extends Handler {
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  private RecordingLogger() {}

  /** A line as SLF4J hands it on, keys and values in front of the message. */
  record Line(Level level, String text) {}

  static List<Line> record(VirtualTime.ThrowingRunnable body) throws Exception {
    Logger logger = Logger.getLogger("io.github.resilientllm");
    RecordingLogger recorder = new RecordingLogger();
    logger.setLevel(Level.ALL);
    logger.addHandler(recorder);
    try {
      body.run();
    } finally {
      logger.removeHandler(recorder);
      logger.setLevel(null);
    }
    return recorder.lines;
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(new Line(line.getLevel(), line.getMessage() + " " + line.getThrown()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
