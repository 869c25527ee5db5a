package io.github.resilientllm.examples.snippets;

import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.LlmException;
import java.io.PrintStream;

/** A fake client is a lambda: no vendor, no key, no mock. */
public final class FakeInTests {
  private FakeInTests() {}

  /** Some application code that is given its client. */
  static final class Desk {
    private final LlmClient llm;

    Desk(LlmClient llm) {
      this.llm = llm;
    }

    String reply(String mail) {
      try {
        return llm.chat("Reply politely to: " + mail).text();
      } catch (LlmException nobodyAnswered) {
        return "We have received your mail and will answer by tomorrow.";
      }
    }
  }

  /** Tries the code with a good day and with a bad one. */
  public static void main(String[] args) {
    tryOut(System.out);
  }

  static void tryOut(PrintStream out) {
    Desk goodDay = new Desk(request -> ChatResponse.of("It is on its way."));
    out.println(goodDay.reply("Where is my parcel?"));

    LlmClient outage =
        request -> {
          throw new LlmException(ErrorKind.OVERLOADED, "everybody is down");
        };
    out.println(new Desk(outage).reply("Where is my parcel?"));
  }
}
