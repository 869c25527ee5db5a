package io.github.resilientllm.examples.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, clicked as a customer would. */
@Timeout(120)
class PageTest {
  private static @Nullable Browser browser;

  @TempDir Path journal;
  private RunningDesk desk;

  @BeforeAll
  static void startBrowser() throws IOException {
    browser = Browser.start().orElse(null);
    assumeTrue(browser != null, "No chromium with its chromedriver is on the PATH");
  }

  @AfterAll
  static void stopBrowser() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void startDesk() throws IOException {
    desk = RunningDesk.start(journal);
    browser.width(1200);
    browser.open(desk.uri("/#t-page"));
    browser.await("document.body.dataset.ready");
  }

  @AfterEach
  void stopDesk() throws IOException {
    browser.open(URI.create("about:blank")); // a page complains of a desk that is gone
    browser.complaints();
    desk.close();
  }

  @Test
  void anOutageInMidAnswerIsSeenAndSurvived() throws IOException {
    browser.click(".sample");
    browser.await("document.querySelector('.theirs .bubble').textContent.length > 40");
    browser.click("#start-outage");

    assertThat(browser.await("document.querySelector('.seam')")).contains("claude goes on");
    look("seam");
    assertThat(browser.await("document.querySelector('.theirs:not(.writing) .who')"))
        .startsWith("answered by claude (gpt: ");
    assertThat(browser.read("document.querySelector('.seam').textContent"))
        .isEqualTo("gpt was cut off, claude goes on");
    browser.click(".attempts summary");
    assertThat(browser.await("document.querySelector('.attempts[open]')"))
        .matches("[23] attempts.*") // gpt may have been asked again
        .contains("gpt, first: ", "claude, fallback: answered in ");
    look("attempts");
    assertThat(browser.read("document.querySelector('.theirs').textContent"))
        .contains("I am sorry that you", "You pay nothing for that.");
    assertThat(browser.await("document.querySelector('#label:not([hidden])')"))
        .isEqualTo("delivery");
    assertThat(browser.read("document.querySelector('#outage-state').textContent"))
        .isEqualTo("gpt: errors");

    browser.type("#question", "Can I get a refund?\uE007");
    browser.await("document.querySelectorAll('.theirs:not(.writing) .who').length == 2");
    assertThat(browser.await("document.querySelector('.target.open')")).contains("gpttaken out");
    look("outage");
    assertThat(browser.complaints()).isEqualTo("[]");
  }

  @Test
  void whatNobodyAnsweredIsKeptOverAReloadAndResumed() throws IOException {
    browser.click("input[value='gpt,claude']");
    browser.click("#start-outage");
    browser.await("document.querySelector('#outage-state').textContent.includes('claude')");
    browser.type("#question", "Where is my parcel?");
    browser.click("#send");
    assertThat(browser.await("document.querySelector('.last-resort .bubble')"))
        .contains("None of our agents can answer");
    browser.await("document.querySelector('#resume')");
    look("last-resort");

    browser.click("#end-outage");
    browser.reload();
    browser.await("document.body.dataset.ready");
    assertThat(browser.read("document.querySelector('.mine').textContent"))
        .isEqualTo("Where is my parcel?");
    browser.click("#resume button");
    assertThat(browser.await("document.querySelector('.theirs:not(.writing) .who')"))
        .startsWith("answered by ");

    browser.reload();
    browser.await("document.body.dataset.ready");
    assertThat(browser.read("document.querySelector('.theirs .bubble').textContent"))
        .startsWith("I am sorry")
        .endsWith("You pay nothing for that.");
    browser.width(500);
    assertThat(browser.read("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo("true");
    look("narrow");
    assertThat(browser.complaints()).isEqualTo("[]");
  }

  /** Takes a picture, if -Ddesk.pictures names a directory for them. */
  private void look(String name) throws IOException {
    String pictures = System.getProperty("desk.pictures", "");
    if (!pictures.isEmpty()) {
      browser.screenshot(Files.createDirectories(Path.of(pictures)).resolve(name + ".png"));
    }
  }
}
