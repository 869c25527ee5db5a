package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.policy.Conversations.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What of a conversation is sent.
 *
 * @param leading the instructions
 * @param summary what turns said that are no longer sent; empty if there is none
 * @param past whole turns that the summary does not stand for, oldest first
 * @param question the turn that awaits an answer; empty if none does
 */
record Prompt(List<Message> leading, String summary, List<PastTurn> past, List<Message> question) {
  private static final String SUMMARY = "What was said before, in short: ";

  /**
   * A turn that has its answer.
   *
   * @param number its place in the conversation, from 0
   * @param messages all of it
   */
  record PastTurn(int number, List<Message> messages) {}

  /** The same with another question. */
  Prompt asking(Message newQuestion) {
    return new Prompt(leading, summary, past, List.of(newQuestion));
  }

  /** The newest part that fits into a window; the question and the instructions always do. */
  Prompt within(Window window) {
    return without(excess(window.messages(), window.tokens(), 0));
  }

  /** The same without its oldest turns. */
  Prompt without(int oldest) {
    return oldest == 0 ? this : with(past.subList(oldest, past.size()));
  }

  /**
   * How many of the oldest turns have to go, so that the rest is at most so large; all of them if
   * that is not enough.
   *
   * @param messages the most messages; 0 for any number
   * @param tokens the most estimated tokens; 0 for any number
   * @param reservedTokens what is sent besides
   */
  int excess(int messages, int tokens, int reservedTokens) {
    if (messages == 0 && tokens == 0) {
      return 0;
    }
    long size = 0;
    long weight = reservedTokens;
    for (Message message : head()) {
      size++;
      weight += tokens == 0 ? 0 : Tokens.of(message);
    }
    for (Message message : question) {
      size++;
      weight += tokens == 0 ? 0 : Tokens.of(message);
    }
    // From the newest, so that a long history costs no more than the window.
    int gone = past.size();
    while (gone > 0) {
      for (Message message : past.get(gone - 1).messages()) {
        size++;
        weight += tokens == 0 ? 0 : Tokens.of(message);
      }
      if ((messages > 0 && size > messages) || (tokens > 0 && weight > tokens)) {
        return gone;
      }
      gone--;
    }
    return 0;
  }

  /** All of it as a history, oldest first. */
  List<Message> messages() {
    List<Message> all = new ArrayList<>(head());
    past.forEach(turn -> all.addAll(turn.messages()));
    all.addAll(question);
    return all;
  }

  /** The messages of the oldest turns, with the summary of those before them. */
  List<Message> oldest(int count) {
    Stream<Message> before =
        summary.isEmpty() ? Stream.of() : Stream.of(Message.system(SUMMARY + summary));
    Stream<Message> turns =
        past.subList(0, count).stream().flatMap(turn -> turn.messages().stream());
    return Stream.concat(before, turns).toList();
  }

  private List<Message> head() {
    if (summary.isEmpty()) {
      return leading;
    }
    List<Message> head = new ArrayList<>(leading);
    head.add(Message.system(SUMMARY + summary));
    return head;
  }

  private Prompt with(List<PastTurn> turns) {
    return new Prompt(leading, summary, turns, question);
  }
}
