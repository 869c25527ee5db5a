package io.github.resilientllm.okhttp.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.Collected;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.internal.http.HttpCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import okio.Buffer;
import org.junit.jupiter.api.Test;

/** An event that begins like the one before says the same as if it had been read whole. */
class RepeatedBeginningTest {
  private static final int STREAMS = 5_000;

  /** What may stand before the choices, of which each stream has its own few. */
  private static final List<String> FIELDS =
      List.of(
          "\"id\":\"c-%d\"",
          "\"id\":\"\"",
          "\"object\":\"chat.completion.chunk\"",
          "\"created\" : 176%d",
          "\"model\":\"m-%d\"",
          "\"model\":\"a \\\"quoted\\\", \\\\\"",
          "\"system_fingerprint\":null",
          "\"note\":{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"not this\"}}],\"n\":%d}",
          "\"list\":[1,[2,{\"a\":\",\"}],\"]\"]",
          "\"long\":\"" + "ü,".repeat(700) + "\"",
          "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":2}",
          "\"x_groq\":{\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":%d}}",
          "\"message\":\"something %d\"",
          "\"type\":\"server_error\"",
          "\"code\":\"rate_limit_exceeded\"");

  private static final List<String> SPACES = List.of("", "", "", " ", "\t", "\ndata: ");

  @Test
  void hasNoInfluenceOnWhatIsRead() {
    int failures = 0;
    for (int seed = 0; seed < STREAMS; seed++) {
      Collected got = read(stream(seed, /* repeating= */ true));
      Collected expected = read(stream(seed, /* repeating= */ false));
      assertThat(got.deltas).as("seed %d", seed).isEqualTo(expected.deltas);
      assertThat(got.completion).as("seed %d", seed).isEqualTo(expected.completion);
      assertThat(String.valueOf(got.failure)).isEqualTo(String.valueOf(expected.failure));
      failures += got.failure == null ? 0 : 1;
    }
    assertThat(failures).isBetween(STREAMS / 10, STREAMS / 10 * 7); // so that both were seen
  }

  @Test
  void isPassedOver() throws IOException {
    String same = "data: {\"id\":\"c\",\"created\":1, \"choices\":[]}\n\n";
    String different = "data: {\"id\":\"c\",\"created\":12, \"choices\":[]}\n\n";
    JsonEvents events = new JsonEvents(body(same + same + same + different + same));
    List<String> names = new ArrayList<>();
    while (events.next()) {
      JsonParser parser = events.parser();
      parser.nextToken();
      names.add(parser.nextFieldName());
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        // up to the choices
      }
      if (!names.get(names.size() - 1).equals("choices")) {
        events.know(parser.currentTokenLocation().getByteOffset());
      }
      parser.skipChildren();
      assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
    }
    assertThat(names).containsExactly("id", "choices", "choices", "id", "id");
  }

  private static BodyBytes body(String text) {
    return new BodyBytes(new Buffer().writeUtf8(text), HttpCall.MAX_STREAM, Duration.ofSeconds(1));
  }

  private static Collected read(String stream) {
    return Collected.fromBody(Dialect.OPENAI, stream, /* streaming= */ true);
  }

  private static String stream(int seed, boolean repeating) {
    Random random = new Random(seed);
    StringBuilder stream = new StringBuilder();
    List<String> fields = fields(random);
    int events = 2 + random.nextInt(8);
    for (int i = 0; i < events; i++) {
      if (random.nextInt(4) == 0) {
        fields = fields(random);
      }
      List<String> members = members(fields, random, i);
      if (!repeating) {
        members.add(0, "\"event\":" + i);
      }
      stream
          .append(random.nextInt(100) == 0 ? "event: error\n" : "")
          .append("data: {")
          .append(String.join(",", members))
          .append("}\n\n");
    }
    String end = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
    return stream + (random.nextInt(10) == 0 ? "" : "data: " + end + "\n\ndata: [DONE]\n\n");
  }

  private static List<String> fields(Random random) {
    List<String> fields = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String field = FIELDS.get(random.nextInt(FIELDS.size()));
      fields.add(space(random) + field.formatted(random.nextInt(3)) + space(random));
    }
    return fields;
  }

  private static List<String> members(List<String> before, Random random, int number) {
    List<String> members = new ArrayList<>(before);
    if (random.nextInt(20) > 0) {
      String text = "\"content\":\"" + "word, ".repeat(random.nextInt(3)) + number + "\"";
      members.add("\"choices\":[{\"index\":0,\"delta\":{" + text + "},\"finish_reason\":null}]");
    }
    switch (random.nextInt(20)) {
      case 0 -> members.add("\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":" + number + "}");
      case 1 -> members.add("\"message\":\"after\"");
      case 2 -> members.add("\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}");
      case 3 -> members.addAll(before);
      default -> members.add("\"padding\":\"" + "x".repeat(random.nextInt(9)) + "\"");
    }
    return members;
  }

  private static String space(Random random) {
    return SPACES.get(random.nextInt(SPACES.size()));
  }
}
