package io.github.resilientllm.okhttp.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An answer that is finished is the JSON that was asked for, or it is a failure. */
class CheckedCallTest {
  private static final ResponseFormat SCHEMA =
      ResponseFormat.jsonSchema(
          "s", "{\"type\":\"object\",\"properties\":{\"n\":{\"maximum\":9}},\"required\":[\"n\"]}");

  private static String read(ResponseFormat format, FinishReason reason, String... pieces)
      throws ProviderException {
    ChatRequest request = ChatRequest.of("q").toBuilder().responseFormat(format).build();
    ChatEvent.Delta[] deltas = new ChatEvent.Delta[pieces.length];
    for (int i = 0; i < pieces.length; i++) {
      deltas[i] = new ChatEvent.TextDelta(pieces[i]);
    }
    ProviderCall inner = ProviderCall.of(Completion.of(reason, Usage.unknown()), deltas);
    StringBuilder text = new StringBuilder();
    try (ProviderCall call = CheckedCall.of(inner, request, "v")) {
      for (ChatEvent.Delta delta = call.next(); delta != null; delta = call.next()) {
        text.append(((ChatEvent.TextDelta) delta).text());
      }
      assertThat(call.next()).isNull();
      assertThat(call.completion().finishReason()).isEqualTo(reason);
    }
    return text.toString();
  }

  @Test
  void whatWasAskedForPassesPieceByPiece() throws ProviderException {
    assertThat(read(SCHEMA, FinishReason.STOP, "{\"n\"", ": 9}", "\n")).isEqualTo("{\"n\": 9}\n");
    assertThat(read(ResponseFormat.json(), FinishReason.STOP, "{}")).isEqualTo("{}");
    assertThat(read(ResponseFormat.text(), FinishReason.STOP, "no JSON")).isEqualTo("no JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``             | v: the answer is not the JSON that was asked for",
        "secret         | v: the answer is not the JSON that was asked for",
        "{\"n\":1} {}   | v: the answer is not the JSON that was asked for",
        "{\"n\":1e99999999999} | v: the answer is not the JSON that was asked for",
        "{\"secret\":1} | v: the answer breaks \"required\" of its schema",
        "{\"n\":10}     | v: the answer breaks \"maximum\" of its schema",
        "[]             | v: the answer breaks \"type\" of its schema",
      })
  void whatBreaksTheSchemaIsMalformedAndNotQuoted(String answer, String message) {
    assertThatThrownBy(() -> read(SCHEMA, FinishReason.STOP, answer))
        .isInstanceOfSatisfying(
            ProviderException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE))
        .hasMessage(message)
        .hasNoCause();
  }

  @Test
  void anObjectIsAnObject() {
    assertThatThrownBy(() -> read(ResponseFormat.json(), FinishReason.STOP, "[]"))
        .hasMessage("v: the answer is not the JSON object that was asked for");
  }

  @ParameterizedTest
  @EnumSource(value = FinishReason.class, mode = EnumSource.Mode.EXCLUDE, names = "STOP")
  void anAnswerThatIsNotFinishedSaysSoItself(FinishReason reason) {
    assertThatCode(() -> read(SCHEMA, reason, "{\"n\":")).doesNotThrowAnyException();
  }

  @Test
  void aSchemaThatNeedNotBeObeyedIsNotChecked() {
    ResponseFormat loose = new ResponseFormat.JsonSchema("s", "{\"type\":\"object\"}", false);
    assertThatCode(() -> read(loose, FinishReason.STOP, "[]")).doesNotThrowAnyException();
  }
}
