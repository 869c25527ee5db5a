package io.github.resilientllm.examples.relay;

import io.github.resilientllm.Conversation;
import io.github.resilientllm.MemoryJournal;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.Target;
import io.github.resilientllm.chat.Attempt;
import io.github.resilientllm.chat.CallEvent;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import io.github.resilientllm.policy.Retry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One conversation that several vendors run in turn: each but the last is killed while a tool runs
 * that it called for, and the next one goes on with the history as it is.
 */
final class Relay {
  static final String QUESTION = "Where is parcel 4711, and will the weather there delay it?";
  static final String FOLLOW_UP = "Say that in one friendly sentence to the customer.";
  static final Tool TRACK =
      Tool.of(
          "track",
          "In which city a parcel is.",
          """
          {"type": "object", "required": ["parcel"],
           "properties": {"parcel": {"type": "string"}}}""");
  static final Tool WEATHER =
      Tool.of(
          "weather",
          "The weather in a city.",
          """
          {"type": "object", "required": ["city"],
           "properties": {"city": {"type": "string"}}}""");

  private static final String INSTRUCTIONS =
      "You are a support agent. Look things up with the tools, one at a time.";

  private final Deque<Runner> alive;
  private final ResilientLlm llm;
  private final PrintStream out;

  /** Who answered, an entry for each answer, also for those that only call tools. */
  private final List<String> answers = new ArrayList<>();

  private final Map<String, Integer> toolRuns = new TreeMap<>();

  /**
   * A relay that has not begun.
   *
   * @param runners in the order in which they are asked
   */
  Relay(List<Runner> runners, PrintStream out) {
    this.alive = new ArrayDeque<>(runners);
    this.out = out;
    ResilientLlm.Builder builder = ResilientLlm.with(target(runners.get(0)));
    runners.stream().skip(1).forEach(runner -> builder.fallback(target(runner)));
    this.llm =
        builder
            .retry(Retry.none()) // each line of the output is then another vendor
            .deadline(Duration.ofSeconds(60))
            .journal(new MemoryJournal())
            .listener(this::hear)
            .build();
  }

  private static Target target(Runner runner) {
    return Target.of(runner.provider()).named(runner.name());
  }

  /**
   * Runs it, from the question to the history.
   *
   * @throws io.github.resilientllm.chat.LlmException if nobody is left who answers
   */
  void run() {
    Conversation chat =
        llm.conversation("parcel-4711")
            .instructed(INSTRUCTIONS)
            .asking(request -> request.tool(TRACK).tool(WEATHER))
            .runningTools(this::runTool);
    say(chat, QUESTION);
    while (alive.size() > 1) {
      kill(); // a model that called fewer tools than expected has outlived its turn
    }
    say(chat, FOLLOW_UP);
    new Seams(List.copyOf(answers)).print(chat.history(), out);
    out.println();
    toolRuns.forEach((tool, runs) -> out.println(tool + " ran " + times(runs)));
  }

  private void say(Conversation chat, String question) {
    out.println("user> " + question);
    String answer = chat.say(question).text();
    out.println(lastAnswer() + "> " + answer.strip());
    out.println();
  }

  private synchronized void hear(CallEvent event) {
    if (!(event instanceof CallEvent.AttemptEnded ended)) {
      return;
    }
    Attempt attempt = ended.attempt();
    String what = attempt.error().map(error -> "does not answer, " + error).orElse("answers");
    out.println("  " + attempt.target() + " is asked: " + what);
    if (attempt.error().isEmpty()) {
      answers.add(attempt.target());
    }
  }

  private ToolResult runTool(ToolCall call) {
    toolRuns.merge(call.name(), 1, Integer::sum);
    String asker = lastAnswer();
    out.println("  " + call.name() + " runs for " + asker + ", call " + call.id());
    if (alive.size() > 1 && alive.element().name().equals(asker)) {
      kill();
    }
    return switch (call.name()) {
      case "track" -> ToolResult.of(call.id(), "in Hamburg");
      case "weather" -> ToolResult.of(call.id(), "sunny, light wind");
      default -> ToolResult.failure(call.id(), "There is no such tool.");
    };
  }

  private void kill() {
    Runner runner = alive.remove();
    runner.death().run();
    out.println("  *** " + runner.name() + " is killed ***");
  }

  private synchronized String lastAnswer() {
    return answers.get(answers.size() - 1);
  }

  private static String times(int runs) {
    return runs == 1 ? "once" : runs + " times";
  }
}
