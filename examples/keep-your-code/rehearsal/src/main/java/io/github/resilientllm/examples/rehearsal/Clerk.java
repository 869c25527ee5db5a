package io.github.resilientllm.examples.rehearsal;

import io.github.resilientllm.test.vendor.Behaviour;
import io.github.resilientllm.test.vendor.Question;
import io.github.resilientllm.test.vendor.Reply;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a vendor knows of orders: it looks them up by the application's tool, and remembers them.
 */
final class Clerk implements Behaviour {
  private static final Pattern NUMBER = Pattern.compile("\\b\\d{4}\\b");
  private static final int WORDS_BEFORE_CUT = 12;

  private final Duration perWord;
  private volatile Outage outage;

  Clerk(Outage outage, Duration perWord) {
    this.outage = outage;
    this.perWord = perWord;
  }

  void outage(Outage now) {
    outage = now;
  }

  @Override
  public Reply reply(Question question) {
    String number = number(question);
    String begun = begun(question, number);
    if (outage == Outage.DOWN || (outage == Outage.CUT && !begun.isEmpty())) {
      return new Reply.Refusal(503, "overloaded", "The engine is overloaded.", 0);
    }
    if (question.lastRole().equals("user") && question.text().startsWith("Where")) {
      return new Reply.ToolUse("find", "{\"number\":\"" + number + "\"}");
    }
    String text =
        isToolsResult(question) || !begun.isEmpty()
            ? where(number).substring(begun.length())
            : later(number);
    Reply.Answer answer = Reply.Answer.of(text, perWord, perWord);
    return outage == Outage.CUT && question.streaming()
        ? answer.cutAfter(WORDS_BEFORE_CUT)
        : answer;
  }

  /** What the application's tool says is the last message, in whichever form a vendor has it. */
  private static boolean isToolsResult(Question question) {
    return question.lastRole().equals("tool")
        || (!question.toolResults().isEmpty() && !question.text().matches("(And|Go) .*"));
  }

  /** Another one's beginning of the answer, which is to be gone on with; empty if there is none. */
  private static String begun(Question question, String number) {
    int last = question.before().size() - 1;
    String said = last < 0 ? "" : question.before().get(last);
    String whole = where(number);
    return !said.isEmpty() && whole.startsWith(said) && !whole.equals(said) ? said : "";
  }

  private static String where(String number) {
    return "I have looked up order "
        + number
        + " for you: it left our house on Monday morning, it is in Leipzig now, and it will be with"
        + " you on Tuesday.";
  }

  private static String later(String number) {
    return number.isEmpty()
        ? "Which order do you mean?"
        : "Order " + number + " comes on Tuesday between nine and twelve.";
  }

  /** The number that was said last. */
  private static String number(Question question) {
    String last = "";
    List<String> all =
        Stream.concat(question.before().stream(), Stream.of(question.text())).toList();
    for (String text : all) {
      Matcher number = NUMBER.matcher(text);
      while (number.find()) {
        last = number.group();
      }
    }
    return last;
  }
}
