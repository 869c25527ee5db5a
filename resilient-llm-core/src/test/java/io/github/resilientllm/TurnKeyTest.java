package io.github.resilientllm;

import static io.github.resilientllm.testing.Script.answer;
import static io.github.resilientllm.testing.Script.fail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmException;
import io.github.resilientllm.internal.time.VirtualTime;
import io.github.resilientllm.testing.ScriptedProvider;
import org.junit.jupiter.api.Test;

/** Questions with keys, and taking up what is open. */
class TurnKeyTest {
  private final VirtualTime time = new VirtualTime();

  @Test
  void aKeyIsATextOfBoundedLength() {
    assertThat(TurnKey.of("mail-17")).isEqualTo(new TurnKey("mail-17")).hasToString("mail-17");
    assertThat(TurnKey.of("k".repeat(512)).value()).hasSize(512);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TurnKey.of(""))
        .withMessageContaining("cannot be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TurnKey.of("k".repeat(513)))
        .withMessageContaining("at most 512 characters, not 513");
  }

  @Test
  void anOpenQuestionIsTakenUpWithItsKey() throws Exception {
    ScriptedProvider vendor =
        ScriptedProvider.of("v", time, fail(ErrorKind.INVALID_REQUEST), answer("three days"));
    Conversation chat =
        VirtualClient.with(time, vendor).journal(new MemoryJournal()).build().conversation("c");
    time.run(
        () -> {
          assertThat(chat.resumeIfOpen()).isEmpty();
          TurnKey mail = TurnKey.of("mail-17");
          assertThatThrownBy(() -> chat.say(mail, "How long?")).isInstanceOf(LlmException.class);
          assertThat(chat.unanswered().orElseThrow().turnKey()).contains(mail);
          assertThat(chat.resumeIfOpen().orElseThrow().text()).isEqualTo("three days");
          assertThat(chat.resumeIfOpen()).isEmpty();
          assertThat(chat.say(mail, "How long?").text()).isEqualTo("three days");
        });
    assertThat(vendor.attempts()).isEqualTo(2);
  }
}
