package io.github.resilientllm.examples.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilientllm.test.vendor.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, driven by the commands of WebDriver. */
final class Browser implements AutoCloseable {
  private static final List<String> CHROMIUM =
      List.of("chromium", "chromium-browser", "google-chrome");

  /** No network but the desk's; the driver gives each session a new, empty profile. */
  private static final String OPTIONS =
      Stream.of(
              "--headless",
              "--no-sandbox",
              "--disable-gpu",
              "--disable-quic",
              "--no-first-run",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--window-size=1200,900")
          .map(Json::quote)
          .toList()
          .toString();

  private static final Pattern PORT = Pattern.compile("on port (\\d+)");

  /** Answers when what is looked for is there, looking at every change of the page. */
  private static final String AWAIT =
      """
      const done = arguments[arguments.length - 1];
      const look = () => {
        const found = %s;
        if (!found) return false;
        observer.disconnect();
        done(found instanceof Node ? found.textContent : found);
        return true;
      };
      const observer = new MutationObserver(look);
      observer.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
      look();
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, String chromium) throws IOException {
    this.driver = driver;
    String address = "http://127.0.0.1:" + port(driver);
    String created =
        send(
            "POST",
            address + "/session",
            """
            {"capabilities":{"alwaysMatch":{"timeouts":{"script":20000},
             "goog:loggingPrefs":{"browser":"WARNING"},
             "goog:chromeOptions":{"binary":%s,"args":%s}}}}"""
                .formatted(Json.quote(chromium), OPTIONS));
    Map<?, ?> value = (Map<?, ?>) RunningDesk.parsed(created).get("value");
    this.session = address + "/session/" + value.get("sessionId");
  }

  /** Starts one; empty where none is installed. */
  static Optional<Browser> start() throws IOException {
    Optional<Path> driver = find(List.of("chromedriver"));
    Optional<Path> chromium = find(CHROMIUM);
    if (driver.isEmpty() || chromium.isEmpty()) {
      return Optional.empty();
    }
    Process process =
        new ProcessBuilder(driver.get().toString(), "--port=0").redirectErrorStream(true).start();
    try {
      return Optional.of(new Browser(process, chromium.get().toString()));
    } catch (IOException | RuntimeException | Error failed) {
      process.destroy();
      throw failed;
    }
  }

  void open(URI page) throws IOException {
    post("/url", "{\"url\":%s}".formatted(Json.quote(page.toString())));
  }

  void reload() throws IOException {
    post("/refresh", "{}");
  }

  void click(String css) throws IOException {
    post("/element/" + element(css) + "/click", "{}");
  }

  void type(String css, String text) throws IOException {
    post("/element/" + element(css) + "/value", "{\"text\":%s}".formatted(Json.quote(text)));
  }

  /** The value of an expression; the text of a node. */
  String read(String expression) throws IOException {
    return value(post("/execute/sync", script("return " + expression)));
  }

  /** Waits until an expression is true or a node, and returns it or the node's text. */
  String await(String expression) throws IOException {
    return value(post("/execute/async", script(AWAIT.formatted(expression))));
  }

  /** What the console of the page says since the last time: warnings and errors. */
  String complaints() throws IOException {
    return value(post("/se/log", "{\"type\":\"browser\"}"));
  }

  /** Makes the window so wide. */
  void width(int pixels) throws IOException {
    post("/window/rect", "{\"width\":%d,\"height\":900}".formatted(pixels));
  }

  void screenshot(Path file) throws IOException {
    Files.write(file, Base64.getDecoder().decode(value(send("GET", session + "/screenshot", ""))));
  }

  @Override
  public void close() throws IOException {
    try {
      send("DELETE", session, "");
    } finally {
      driver.destroy();
      driver.onExit().join();
    }
  }

  private String element(String css) throws IOException {
    String found =
        post("/element", "{\"using\":\"css selector\",\"value\":%s}".formatted(Json.quote(css)));
    Map<?, ?> value = (Map<?, ?>) RunningDesk.parsed(found).get("value");
    return value.values().iterator().next().toString();
  }

  private static String script(String code) {
    return "{\"script\":%s,\"args\":[]}".formatted(Json.quote(code));
  }

  private static String value(String answer) {
    return String.valueOf(RunningDesk.parsed(answer).get("value"));
  }

  private String post(String command, String body) throws IOException {
    return send("POST", session + command, body);
  }

  private String send(String method, String url, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new AssertionError(url + ": " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted at " + url);
    }
  }

  private static String port(Process driver) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher port = PORT.matcher(line);
      if (line.contains("successfully") && port.find()) {
        return port.group(1);
      }
    }
    throw new IOException("chromedriver has ended without naming its port");
  }

  private static Optional<Path> find(List<String> names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin");
    return names.stream()
        .flatMap(name -> Stream.of(path.split(":", 100)).map(dir -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
