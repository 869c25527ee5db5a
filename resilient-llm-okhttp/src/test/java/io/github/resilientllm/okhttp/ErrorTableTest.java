package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockStreamTest;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.head.Words;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What docs/errors.md says of each error is so: its table is read, and each row becomes a test. */
class ErrorTableTest {
  private static final Path PAGE = Path.of("../docs/errors.md");
  private static final int COLUMNS = 6;

  private record Row(
      String vendor, int status, Map<String, String> words, ErrorKind kind, String next) {}

  @TestFactory
  List<DynamicTest> everyRow() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Row row : rows()) {
      tests.add(
          DynamicTest.dynamicTest(
              row.vendor() + " " + row.status() + " " + row.words(), () -> check(row)));
    }
    return tests;
  }

  @Test
  void theTableIsNotEmpty() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(100);
  }

  private static void check(Row row) throws IOException {
    Protocol protocol = protocol(row.vendor());
    Headers.Builder headers = new Headers.Builder();
    if (row.vendor().equals("bedrock") && row.words().containsKey("type")) {
      headers.set("x-amzn-errortype", row.words().get("type"));
    }
    ResponseHead head = new ResponseHead("test", row.status(), headers.build(), Words.OF_NO_SECRET);
    byte[] body = body(row).getBytes(StandardCharsets.UTF_8);
    ProviderException failure = protocol.failure(head, body);
    assertThat(failure.kind()).isEqualTo(row.kind());
    assertThat(row.next()).isEqualTo(next(row.kind()));
    String message = row.words().get("message");
    if (message != null) {
      assertThat(failure.getMessage()).as("no vendor's sentence is shown").doesNotContain(message);
    }
  }

  /** The kind's own answers in words. */
  private static String next(ErrorKind kind) {
    if (kind.locksOutTarget()) {
      return "the next; locked out for minutes";
    }
    if (kind == ErrorKind.CONTEXT_TOO_LONG || kind == ErrorKind.REQUEST_TOO_LARGE) {
      return "one that can hold it";
    }
    if (kind == ErrorKind.NOT_FOR_THIS_TARGET) {
      return "the next that is no sibling";
    }
    if (!kind.triesNextTarget()) {
      return "the call ends";
    }
    assertThat(kind.retriesSameTarget()).isTrue();
    return "again, then the next";
  }

  private static Protocol protocol(String vendor) {
    return switch (vendor) {
      case "anthropic" -> new AnthropicProtocol("m", false, InstantSource.system());
      case "gemini" -> Collected.gemini("gemini-2.5-flash");
      case "bedrock" -> BedrockStreamTest.protocol();
      case "deepseek" -> Collected.protocol(Dialect.DEEPSEEK);
      case "groq" -> Collected.protocol(Dialect.GROQ);
      case "mistral" -> Collected.protocol(Dialect.MISTRAL);
      case "ollama" -> Collected.protocol(Dialect.OLLAMA);
      case "openrouter" -> Collected.protocol(Dialect.OPENROUTER);
      case "vllm" -> Collected.protocol(Dialect.VLLM);
      case "openai", "azure" -> Collected.protocol(Dialect.OPENAI);
      case "any" -> Collected.protocol(Dialect.COMPATIBLE);
      case "cerebras" -> Collected.protocol(Dialect.CEREBRAS);
      case "fireworks" -> Collected.protocol(Dialect.FIREWORKS);
      case "gemini-openai" -> Collected.protocol(Dialect.GEMINI);
      case "together" -> Collected.protocol(Dialect.TOGETHER);
      case "xai" -> Collected.protocol(Dialect.XAI);
      default -> throw new AssertionError("no such vendor: " + vendor);
    };
  }

  /** The body in the vendor's own shape. */
  private static String body(Row row) throws IOException {
    Map<String, String> words = row.words();
    if (words.containsKey("body")) {
      return words.get("body");
    }
    ObjectNode body = Fixtures.JSON.createObjectNode();
    if (words.containsKey("flat")) {
      body.put("code", words.get("flat")).put("error", words.get("message"));
    } else if (words.containsKey("detail")) {
      body.putArray("detail").addObject().put("type", "x").put("msg", words.get("detail"));
    } else if (row.vendor().equals("bedrock")) {
      body.put("message", words.getOrDefault("message", "x"));
    } else {
      if (row.vendor().equals("anthropic")) {
        body.put("type", "error");
      }
      error(row, body.putObject("error"));
    }
    return Fixtures.JSON.writeValueAsString(body);
  }

  private static void error(Row row, ObjectNode error) {
    Map<String, String> words = row.words();
    boolean isGoogles = row.vendor().equals("gemini");
    if (isGoogles) {
      error.put("code", row.status());
    }
    error.put("message", words.getOrDefault("message", "x"));
    if (words.containsKey("type")) {
      error.put(isGoogles ? "status" : "type", words.get("type"));
    }
    if (words.containsKey("code")) {
      error.put("code", words.get("code"));
    }
    if (words.containsKey("inner")) {
      error.putObject("innererror").put("code", words.get("inner"));
    }
    if (words.containsKey("reason")) {
      error.putArray("details").addObject().put("reason", words.get("reason"));
    }
    if (words.containsKey("error_code")) {
      error.putObject("details").put("error_code", words.get("error_code"));
    }
    for (String word : List.of("error_type", "limit_source")) {
      if (words.containsKey(word)) {
        error.withObjectProperty("metadata").put(word, words.get(word));
      }
    }
  }

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      String[] cells = line.replace("\\|", "\0").split("\\|", -1);
      if (cells.length == COLUMNS + 2 && cells[2].strip().matches("\\d{3}")) {
        rows.add(
            new Row(
                cells[1].strip(),
                Integer.parseInt(cells[2].strip()),
                words(cells[3].replace('\0', '|').strip()),
                ErrorKind.valueOf(cells[4].strip()),
                cells[5].strip()));
        assertThat(cells[6]).as("the source of %s", line).isNotBlank();
      }
    }
    return rows;
  }

  private static Map<String, String> words(String cell) {
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : cell.split("<br>(?=`)", -1)) {
      String[] pair = word.substring(1, word.length() - 1).split("=", 2);
      words.put(pair[0], pair[1]);
    }
    return words;
  }
}
