package io.github.resilientllm.langchain4j;

import java.util.ArrayList;
import java.util.List;

/**
 * What makes of one list another one: what is added behind it, and which of all are then left.
 *
 * @param added those that the old list has not, in the order of the new one
 * @param positions where the new list's stand in the old one with the added behind it
 * @param moves whether the positions say anything: more than "all of them, as they are"
 */
record Difference<T>(List<T> added, List<Integer> positions, boolean moves) {

  static <T> Difference<T> between(List<T> old, List<T> wanted) {
    List<T> added = new ArrayList<>();
    List<Integer> positions = new ArrayList<>(wanted.size());
    int from = 0;
    for (T message : wanted) {
      int at = indexOf(old, message, from);
      if (at >= 0) {
        positions.add(at);
        from = at + 1;
      } else {
        positions.add(old.size() + added.size());
        added.add(message);
      }
    }
    return new Difference<>(added, positions, !isAll(positions, old.size() + added.size()));
  }

  boolean isNone() {
    return added.isEmpty() && !moves;
  }

  private static <T> int indexOf(List<T> list, T wanted, int from) {
    for (int i = from; i < list.size(); i++) {
      if (list.get(i).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isAll(List<Integer> positions, int size) {
    for (int i = 0; i < positions.size(); i++) {
      if (positions.get(i) != i) {
        return false;
      }
    }
    return positions.size() == size;
  }
}
