package io.github.resilientllm.spring.fallback;

import static io.github.resilientllm.spring.fallback.Mistakes.analysis;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.spring.LlmFallback;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person reads of attributes that mean nothing. */
class AttributeMistakeTest {

  static class UnknownPolicy {
    @LlmFallback("chaep")
    public void answer() {}
  }

  @Test
  void aPolicyThatIsNotThere() {
    assertThat(analysis(UnknownPolicy.class))
        .contains("There is no policy \"chaep\". Did you mean \"cheap\"?")
        .contains("Name one of [default, cheap], or add resilient-llm.policies.chaep.");
  }

  static class NothingToApply {
    @LlmFallback(applyOn = RuntimeException.class)
    public void answer() {}
  }

  static class NothingToSkip {
    @LlmFallback(skipOn = IllegalStateException.class)
    public void answer() {}
  }

  @Test
  void failuresNamedWithoutAFallback() {
    for (Class<?> bean : List.of(NothingToApply.class, NothingToSkip.class)) {
      assertThat(analysis(bean)).contains("applyOn or skipOn, and no fallback");
    }
  }

  static class Timeless {
    @LlmFallback(timeout = "1.5s")
    public void answer() {}
  }

  static class NoTime {
    @LlmFallback(timeout = "${answers.within}")
    public void answer() {}
  }

  @Test
  void aTimeoutThatIsNoTime() {
    assertThat(analysis(Timeless.class))
        .contains("timeout = \"1.5s\" is no time above zero.")
        .contains("\"PT1M30S\"");
    assertThat(
            analysis(
                Outage.total().application(NoTime.class).withPropertyValues("answers.within=0s")))
        .contains("timeout = \"${answers.within}\", which is \"0s\", is no time above zero.");
  }

  @Test
  void aPlaceholderThatNoPropertyFills() {
    assertThat(analysis(NoTime.class))
        .contains("timeout = \"${answers.within}\" has a placeholder that no property fills.");
  }

  static class Unparsable {
    @LlmFallback(conversation = "#id.")
    public void answer(String id) {}
  }

  static class UnknownParameter {
    @LlmFallback(conversation = "#tickt")
    public void answer(String ticket, String question) {}
  }

  static class NoParameter {
    @LlmFallback(conversation = "ticket")
    public void answer(String ticket) {}
  }

  static class OfABean {
    @LlmFallback(conversation = "@ids.next(#ticket)")
    public void answer(String ticket) {}
  }

  @Test
  void anExpressionThatNamesNoParameter() {
    assertThat(analysis(Unparsable.class)).contains("conversation = \"#id.\" is no expression: ");
    assertThat(analysis(UnknownParameter.class))
        .contains(
            "names #tickt, and the method's parameters are [ticket, question]. Did you mean"
                + " \"ticket\"?");
    assertThat(analysis(NoParameter.class))
        .contains("names no parameter, so that all calls would share one")
        .contains("as in \"#ticket\"");
    assertThat(analysis(OfABean.class)).contains("uses @ids, and only arguments are known there");
  }

  static class Remembering {
    @LlmFallback(conversation = "#id")
    public void answer(String id) {}
  }

  @Test
  void aConversationWithoutAJournal() {
    assertThat(analysis(Outage.total().applicationWithoutJournal(Remembering.class)))
        .contains("the application keeps no journal")
        .contains("resilient-llm.journal.enabled=true");
  }
}
