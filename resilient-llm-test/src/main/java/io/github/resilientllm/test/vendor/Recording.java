package io.github.resilientllm.test.vendor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers of a real vendor with their timings, as a {@link Recorder} wrote them: what {@link
 * io.github.resilientllm.test.Vendor#plays} plays.
 *
 * <p>The file has a line of JSON for each answer, in the order of the requests.
 */
public final class Recording {
  /** Of a file; a month of a test's answers has less. */
  private static final long MOST_BYTES = 256L << 20;

  private static final JsonFactory FACTORY = new JsonFactory();

  private final List<Answer> answers;

  private Recording(List<Answer> answers) {
    this.answers = List.copyOf(answers);
  }

  /**
   * Reads a recording.
   *
   * @throws IllegalArgumentException if it is none, with the line and what is wrong with it
   */
  public static Recording read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(
          file + " has more than " + MOST_BYTES + " bytes; record fewer requests into a file");
    }
    List<Answer> answers = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank()) {
        answers.add(answer(file, number, line));
      }
    }
    if (answers.isEmpty()) {
      throw new IllegalArgumentException(
          file + " has no answers; did a request come to the proxy?");
    }
    return new Recording(answers);
  }

  /** The answers, in the order of their requests. */
  public List<Answer> answers() {
    return answers;
  }

  /**
   * One answer.
   *
   * @param path where it was asked, without the query
   * @param status the HTTP status; 0 if the connection ended before there was one
   * @param headers those that say how to read it or when to come back
   * @param pieces its body, as it came
   * @param isWhole whether the body ended in good order
   */
  public record Answer(
      String path, int status, Map<String, String> headers, List<Piece> pieces, boolean isWhole) {
    /** Copies the collections. */
    public Answer {
      headers = Map.copyOf(headers);
      pieces = List.copyOf(pieces);
    }

    /** What it says to whoever reads it to its end; letters for letters. */
    public String text() {
      Wire wire = Wire.of(path);
      return values().stream().map(wire::textOf).collect(Collectors.joining());
    }

    /** Whether it is an answer to its end, and says so. */
    public boolean isFinished() {
      return isWhole && status == 200 && values().stream().anyMatch(Wire.of(path)::finishes);
    }

    private List<Fields> values() {
      return Wire.values(pieces.stream().map(Piece::text).collect(Collectors.joining()));
    }

    String line() throws IOException {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = FACTORY.createGenerator(line)) {
        json.writeStartObject();
        json.writeStringField("path", path);
        json.writeNumberField("status", status);
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
          json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("pieces");
        for (Piece piece : pieces) {
          json.writeStartObject();
          json.writeNumberField("afterMillis", piece.after().toMillis());
          json.writeStringField("text", piece.text());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("whole", isWhole);
        json.writeEndObject();
      }
      return line.append('\n').toString();
    }
  }

  /**
   * A piece of a body.
   *
   * @param after the time since the piece before it, or since the request
   */
  public record Piece(Duration after, String text) {}

  private static Answer answer(Path file, int number, String line) {
    try {
      Fields fields = Fields.read(line);
      Map<String, String> headers = new LinkedHashMap<>();
      fields.object("headers").values().forEach((k, v) -> headers.put(text(k), text(v)));
      List<Piece> pieces = new ArrayList<>();
      for (Fields piece : fields.objects("pieces")) {
        long millis = Long.parseLong(text(piece.values().get("afterMillis")));
        pieces.add(new Piece(Duration.ofMillis(millis), piece.text("text")));
      }
      int status = Integer.parseInt(text(fields.values().get("status")));
      return new Answer(fields.text("path"), status, headers, pieces, fields.isTrue("whole"));
    } catch (IOException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "Line " + number + " of " + file + " is no recorded answer: record it anew", e);
    }
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
