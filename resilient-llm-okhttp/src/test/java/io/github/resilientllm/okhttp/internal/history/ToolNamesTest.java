package io.github.resilientllm.okhttp.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a model called a tool, every vendor takes the name, and can tell it from others. */
class ToolNamesTest {

  private static ToolNames names(String own, String... called) {
    ChatRequest.Builder request = ChatRequest.builder().user("q").tool(Tool.of(own, "", "{}"));
    for (String name : called) {
      request.message(Message.assistant(List.of(new ToolCall("1", name, "{}"))));
    }
    return ToolNames.of(request.build());
  }

  @Test
  void aLegalNameStays() {
    assertThat(names("f", "get-it_2").of("get-it_2")).isEqualTo("get-it_2");
  }

  @Test
  void anotherBecomesLegal() {
    String tooLong = "x".repeat(65);
    ToolNames names = names("f", "default_api.get", "", "7up", tooLong);
    assertThat(names.of("default_api.get")).isEqualTo("default_api_get");
    assertThat(names.of("")).isEqualTo("_");
    assertThat(names.of("7up")).isEqualTo("_7up");
    assertThat(names.of(tooLong)).isEqualTo("x".repeat(48));
  }

  @Test
  void noTwoBecomeOne() {
    ToolNames names = names("a_b", "a.b", "a b", "a_b_2");
    assertThat(names.of("a_b_2")).isEqualTo("a_b_2");
    assertThat(names.of("a.b")).isEqualTo("a_b_3");
    assertThat(names.of("a b")).isEqualTo("a_b_4");
  }
}
