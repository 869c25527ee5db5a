package io.github.resilientllm.test.vendor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Plausible text about a question, always the same for the same question and turn, so that a reader
 * can tell whether an answer arrived whole.
 */
public final class Prose {
  private static final List<String> OPENINGS =
      List.of(
          "That is a fair question about %s.",
          "Let us look at %s from the beginning.",
          "Most people who ask about %s want a short answer, so here it is first.",
          "There is more to %s than one sentence can hold.");
  private static final List<String> SENTENCES =
      List.of(
          "The first thing to know about %s is that it rarely fails alone.",
          "Whoever has lived with %s for a year will tell you to measure before you change anything.",
          "A good test of %s is what happens on the worst day, not on the average one.",
          "It helps to write down what you expect of %s, and then to watch it for a week.",
          "Much that is said about %s is true only while nobody else asks at the same time.",
          "You can leave %s as it is, as long as somebody else is ready to take over.",
          "The cost of %s shows late, which is why it should be bounded early.",
          "An old rule applies to %s: do one thing, finish it, and say so.",
          "If %s is slow, ask first whether it is waiting, and then for whom.",
          "What looks like luck with %s is usually a second way that was prepared.",
          "Small steps suit %s better than one large one that cannot be taken back.",
          "Nobody minds that %s takes a moment, provided that it ends.");
  private static final Set<String> COMMON =
      Set.of(
          "about", "after", "could", "does", "explain", "from", "have", "how", "into", "please",
          "should", "tell", "that", "them", "there", "they", "this", "what", "when", "where",
          "which", "with", "would", "your");

  private Prose() {}

  /**
   * Writes about a question.
   *
   * @param turn tells apart answers to the same question at different places in a conversation
   * @param words how many words at least; the last sentence is finished
   */
  public static String about(String question, int turn, int words) {
    Random random = new Random(31L * question.hashCode() + turn);
    List<String> topics = topics(question);
    StringBuilder text = new StringBuilder(words * 6);
    text.append(pick(OPENINGS, random).formatted(pick(topics, random)));
    String before = "";
    for (int count = count(text); count < words; count = count(text)) {
      String sentence = pick(SENTENCES, random);
      if (!sentence.equals(before)) {
        text.append(' ').append(sentence.formatted(pick(topics, random)));
        before = sentence;
      }
    }
    return text.toString();
  }

  /** The words of a text, each with the space before it, so that joined they are the text again. */
  public static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf(' ', 1); end > 0; end = text.indexOf(' ', end + 1)) {
      words.add(text.substring(start, end));
      start = end;
    }
    if (start < text.length()) {
      words.add(text.substring(start));
    }
    return words;
  }

  private static int count(CharSequence text) {
    return 1 + (int) text.chars().filter(c -> c == ' ').count();
  }

  private static List<String> topics(String question) {
    Set<String> topics = new LinkedHashSet<>();
    for (String word : question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}-]+", 200)) {
      if (word.length() > 3 && word.length() < 30 && !COMMON.contains(word)) {
        topics.add(word);
      }
    }
    return topics.isEmpty() ? List.of("this") : List.copyOf(topics);
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
