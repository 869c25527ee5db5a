package io.github.resilientllm.examples.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Map;

/** An answer as the page hears it. */
final class Answering implements AutoCloseable {
  private final BufferedReader lines;
  private final StringBuilder text = new StringBuilder();

  Answering(InputStream body) {
    this.lines = new BufferedReader(new InputStreamReader(body, UTF_8));
  }

  /** Reads up to the next event of that name, and returns what it says. */
  Map<String, Object> next(String wanted) {
    while (true) {
      String event = field("event:");
      Map<String, Object> data = RunningDesk.parsed(field("data:"));
      if (event.equals("text")) {
        text.append(data.get("text"));
      }
      if (event.equals(wanted)) {
        return data;
      }
    }
  }

  /** All text so far, joined. */
  String text() {
    return text.toString();
  }

  private String field(String name) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(name)) {
          return line.substring(name.length()).strip();
        }
      }
      throw new AssertionError("The stream has ended before");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes away, as a browser does whose page is closed. */
  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
