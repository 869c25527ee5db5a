package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of a page in docs/vendors that is written from what the library does. */
final class PageFacts {
  private static final Path PAGES = Path.of("../docs/vendors");
  private static final Pattern FACTS =
      Pattern.compile("<!-- facts -->\n(.*?)<!-- end of facts -->", Pattern.DOTALL);

  private PageFacts() {}

  /** Fails if a page says anything else; {@code -Drenew-facts=true} writes it anew. */
  static void check(String name, String table) throws IOException {
    Path page = PAGES.resolve(name);
    String text = Files.readString(page);
    if (Boolean.getBoolean("renew-facts")) {
      String facts = "<!-- facts -->\n" + table + "<!-- end of facts -->";
      text = FACTS.matcher(text).replaceFirst(Matcher.quoteReplacement(facts));
      Files.writeString(page, text);
    }
    assertThat(FACTS.matcher(text).results().map(found -> found.group(1))).containsExactly(table);
  }
}
