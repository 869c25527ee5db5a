package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Text arrives as it was, whatever it holds and however long it is. */
class LongTextTest {
  private static final String[] PIECES = {
    "a",
    "Z",
    " ",
    "?",
    "\"",
    "\\",
    "/",
    "\n",
    "\r",
    "\t",
    "\b",
    "\f",
    "\0",
    "\u001f",
    "\u007f",
    "é",
    "\u2028",
    "\u20ac",
    "\uffff",
    "\uD83D\uDE00",
    "\uD83D",
    "\uDE00",
    "word"
  };

  @Test
  void everyCharacterArrivesInShortAndInLongTexts() throws IOException {
    for (int length : new int[] {1, 63, 64, 65, 200, 5_000}) {
      for (String piece : PIECES) {
        String filler = "x".repeat(length);
        assertArrives(piece + filler);
        assertArrives(filler + piece);
        assertArrives(filler + piece + filler);
        assertArrives(piece.repeat(length));
      }
    }
  }

  @Test
  void anyMixtureArrives() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(300) + 1;
      int plain = random.nextInt(30) + 1; // from hardly any special character to many
      for (int k = 0; k < pieces; k++) {
        text.append(random.nextInt(plain) > 0 ? "x" : PIECES[random.nextInt(PIECES.length)]);
      }
      assertArrives(text.toString());
    }
  }

  private static void assertArrives(String text) throws IOException {
    Protocol protocol =
        new OpenAiProtocol(Dialect.OPENAI.traits(), "gpt-4.1", false, InstantSource.system());
    JsonNode body = Bodies.write(protocol, ChatRequest.of(text), false);
    assertThat(body.at("/messages/0/content").textValue()).isEqualTo(withoutHalves(text));
  }

  /** The same by code point: one that is still a surrogate has lost its other half. */
  private static String withoutHalves(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .map(point -> point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
