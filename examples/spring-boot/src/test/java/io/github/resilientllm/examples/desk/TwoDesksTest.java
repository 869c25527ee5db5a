package io.github.resilientllm.examples.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.resilientllm.examples.desk.shared.DeskProcess;
import io.github.resilientllm.examples.desk.shared.TwoDesks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two desks share a database; one is killed in the middle of an answer, and the other goes on. */
@Tag("soak")
@Timeout(180)
class TwoDesksTest {
  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private TwoDesks desks;

  @BeforeEach
  void startDesks() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "PostgreSQL is here for Linux on amd64 only");
    assumeTrue(
        !System.getProperty("user.name").equals("root") || mayBeAnother(),
        "PostgreSQL does not run as root, and unshare cannot make it another user here");
    desks = TwoDesks.start(freePort(), freePort(), List.of(), said::add);
  }

  private static boolean mayBeAnother() throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  @AfterEach
  void stopDesks() {
    if (desks != null) {
      desks.close();
    }
  }

  @Test
  void whatTheKilledOneHadSaidIsThereAndTheAnswerGoesOnFromIt() {
    RunningDesk first = at(desks.first());
    RunningDesk second = at(desks.second());
    try (Answering answer = first.ask("t-killed", "Where is my parcel?")) {
      while (answer.text().length() < 60) {
        answer.next("text");
      }
      desks.first().kill();
    }

    Map<String, Object> open = lastTurn(second, "t-killed");
    assertThat(open).as("%s", said).containsEntry("whole", false);
    String partial = open.get("partialText").toString();
    assertThat(partial).startsWith("I am sorry").hasSizeGreaterThan(20);
    try (Answering rest = second.resume("t-killed")) {
      String whole = rest.next("done").get("text").toString();
      assertThat(whole).startsWith(partial).endsWith("You pay nothing for that.");
      assertThat(partial + rest.text()).isEqualTo(whole);
    }
    assertThat(lastTurn(second, "t-killed")).containsEntry("whole", true);
  }

  @Test
  void thePageGoesOnAtTheOtherOne() throws IOException {
    Browser browser = Browser.start().orElse(null);
    assumeTrue(browser != null, "No chromium with its chromedriver is on the PATH");
    try (browser) {
      browser.open(desks.first().uri().resolve("/#t-page"));
      browser.await("document.body.dataset.ready");
      browser.click(".sample");
      browser.await("document.querySelector('.theirs .bubble').textContent.length > 60");
      desks.first().kill();
      assertThat(browser.await("document.querySelector('.failed .who')"))
          .startsWith("not answered: ");

      browser.open(desks.second().uri().resolve("/#t-page"));
      browser.await("document.body.dataset.ready");
      assertThat(browser.read("document.querySelector('.mine').textContent"))
          .isEqualTo("Where is my parcel?");
      browser.click("#resume button");
      assertThat(browser.read("document.querySelector('.theirs .bubble').textContent"))
          .startsWith("I am sorry");
      assertThat(browser.await("document.querySelector('.theirs:not(.writing) .who')"))
          .startsWith("answered by ");

      browser.reload();
      browser.await("document.body.dataset.ready");
      assertThat(browser.read("document.querySelector('.theirs .bubble').textContent"))
          .startsWith("I am sorry")
          .endsWith("You pay nothing for that.");
    }
  }

  private static RunningDesk at(DeskProcess desk) {
    return RunningDesk.at(desk.uri());
  }

  @SuppressWarnings("unchecked") // a turn of an exported conversation is an object
  private static Map<String, Object> lastTurn(RunningDesk desk, String ticket) {
    List<?> turns = (List<?>) desk.conversation(ticket).get("turns");
    return (Map<String, Object>) turns.get(turns.size() - 1);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
