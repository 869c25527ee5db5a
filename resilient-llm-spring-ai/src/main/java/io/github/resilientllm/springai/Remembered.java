package io.github.resilientllm.springai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;

/**
 * The messages of one conversation: whole turns, which are found, and behind them perhaps an open
 * one, which is not found before it has its answer. Immutable.
 *
 * @param kept all of them, oldest first
 */
record Remembered(List<Kept> kept) {
  static final Remembered NOTHING = new Remembered(List.of());

  /** A message, with the text by which it is told from others. */
  record Kept(Message message, String written) {
    static Kept of(Message message) {
      return new Kept(message, Json.write(Messages.write(message)));
    }

    boolean ends() {
      return message instanceof AssistantMessage answer && !answer.hasToolCalls();
    }
  }

  /**
   * What is to be written so that other messages take the place of these.
   *
   * @param dropped the places of those that go
   * @param added those that come behind the rest
   */
  record Change(List<Integer> dropped, List<Kept> added) {
    boolean isNone() {
      return dropped.isEmpty() && added.isEmpty();
    }

    /** As an entry of a journal. */
    String body() {
      Map<String, Object> body = new LinkedHashMap<>();
      if (!dropped.isEmpty()) {
        body.put("dropped", dropped);
      }
      body.put("added", added.stream().map(kept -> Messages.write(kept.message())).toList());
      return Json.write(body);
    }

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Change read(String body) {
      if (!(Json.read(body) instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException("no change of a chat memory");
      }
      List<Integer> dropped = new ArrayList<>();
      if (map.get("dropped") instanceof List<?> places) {
        places.forEach(place -> dropped.add((Integer) place));
      }
      List<Kept> added = new ArrayList<>();
      if (map.get("added") instanceof List<?> messages) {
        messages.forEach(each -> added.add(Kept.of(Messages.read((Map<?, ?>) each))));
      }
      return new Change(dropped, added);
    }
  }

  /** The messages of whole turns. */
  List<Message> found() {
    return kept.subList(0, whole()).stream().map(Kept::message).toList();
  }

  /** How many messages stand before the open turn. */
  private int whole() {
    int ended = kept.size();
    while (ended > 0 && !kept.get(ended - 1).ends()) {
      ended--;
    }
    while (ended < kept.size() && kept.get(ended).message() instanceof SystemMessage) {
      ended++;
    }
    return ended;
  }

  /** What makes these messages found, together with the open turn that they may go on with. */
  Change to(List<Message> messages) {
    int whole = whole();
    List<Kept> wanted = messages.stream().map(Kept::of).toList();
    List<Integer> dropped = new ArrayList<>();
    int next = 0;
    for (int place = 0; place < whole; place++) {
      if (next < wanted.size() && kept.get(place).written().equals(wanted.get(next).written())) {
        next++;
      } else {
        dropped.add(place);
      }
    }
    List<Kept> rest = wanted.subList(next, wanted.size());
    List<Kept> open = kept.subList(whole, kept.size());
    int known = known(open, rest);
    if (known < 0) {
      for (int place = whole; place < kept.size(); place++) {
        dropped.add(place);
      }
      known = 0;
    }
    return new Change(dropped, List.copyOf(rest.subList(known, rest.size())));
  }

  /**
   * How much of what comes is in the open turn already; negative if that turn is given up, because
   * another question takes its place or nothing of the conversation is to stay.
   */
  private int known(List<Kept> open, List<Kept> rest) {
    if (rest.isEmpty()) {
      return open.isEmpty() ? 0 : kept.size() == open.size() ? -1 : 0;
    }
    boolean saysItAgain =
        rest.size() >= open.size() && texts(rest.subList(0, open.size())).equals(texts(open));
    if (saysItAgain) {
      return open.size();
    }
    boolean goesOn =
        rest.get(0).message() instanceof AssistantMessage
            || rest.get(0).message() instanceof ToolResponseMessage;
    return goesOn ? 0 : -1;
  }

  private static List<String> texts(List<Kept> kept) {
    return kept.stream().map(Kept::written).toList();
  }

  /** What is kept after a change. */
  Remembered after(Change change) {
    Set<Integer> dropped = new HashSet<>(change.dropped());
    List<Kept> now = new ArrayList<>();
    for (int place = 0; place < kept.size(); place++) {
      if (!dropped.contains(place)) {
        now.add(kept.get(place));
      }
    }
    now.addAll(change.added());
    return new Remembered(List.copyOf(now));
  }

  /** Only for a debugger: no content. */
  @Override
  public String toString() {
    return "Remembered[" + kept.size() + " messages]";
  }
}
