package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Long texts, which are written past Jackson, arrive as short ones do. */
class LongTextTest {
  private static final int LONGER_THAN_A_SEGMENT_OF_OKIO = 9000;

  private static List<String> sent(String... texts) throws IOException {
    List<Message> messages = new ArrayList<>();
    for (String text : texts) {
      messages.add(Message.user(text));
    }
    JsonNode body =
        Bodies.write(Collected.protocol(Dialect.OPENAI), ChatRequest.of(messages), false);
    List<String> arrived = new ArrayList<>();
    body.get("messages").forEach(message -> arrived.add(message.get("content").textValue()));
    return arrived;
  }

  @Test
  void everyCharacterArrives() throws IOException {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x10000 ? 1 : 251) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        all.appendCodePoint(c);
      }
    }
    assertThat(sent(all.toString())).containsExactly(all.toString());
  }

  @Test
  void aCharacterArrivesWhereverTheMemoryOfTheBodyEnds() throws IOException {
    for (String character : List.of("a", "\"", "\u0001", "é", "日", "😀")) {
      for (int before = 0; before < 8; before++) {
        String text = "x".repeat(before) + character.repeat(LONGER_THAN_A_SEGMENT_OF_OKIO);
        assertThat(sent(text, text)).containsExactly(text, text);
      }
    }
  }

  @Test
  void halfACharacterBecomesAReplacementCharacter() throws IOException {
    String filler = "x".repeat(200);
    assertThat(
            sent(
                "\uDE00" + filler + "\uD83D",
                filler + "\uD83D\uD83D\uDE00",
                filler + "\uDE00\uD83D" + filler))
        .containsExactly(
            "\uFFFD" + filler + "\uFFFD",
            filler + "\uFFFD\uD83D\uDE00",
            filler + "\uFFFD\uFFFD" + filler);
  }

  @Test
  void longAndShortTextsMayFollowEachOther() throws IOException {
    Random random = new Random(4711);
    String[] texts = new String[300];
    for (int i = 0; i < texts.length; i++) {
      texts[i] =
          random
              .ints(1 + random.nextInt(260), ' ', 0x17F)
              .collect(
                  StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
              .toString();
    }
    assertThat(sent(texts)).containsExactly(texts);
  }
}
