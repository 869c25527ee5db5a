package io.github.resilientllm.internal.target;

import java.util.ArrayDeque;

/**
 * A count of places that are handed on in the order of asking: a place that becomes free goes to
 * the first in the queue and cannot be taken by somebody who comes later. Background calls stand in
 * a queue of their own, which moves when the other one is empty.
 */
final class Permits {
  private final int maxWaiting;

  // Guarded by this object's lock.
  private int free;
  private final ArrayDeque<Place> queue = new ArrayDeque<>();
  private final ArrayDeque<Place> background = new ArrayDeque<>();

  Permits(int limit, int maxWaiting) {
    this.free = limit;
    this.maxWaiting = maxWaiting;
  }

  synchronized boolean tryTake() {
    if (free == 0) {
      return false;
    }
    free--;
    return true;
  }

  /** Queues for a place; false if the queue is full. The place may be granted at once. */
  boolean enqueue(Place place) {
    synchronized (this) {
      if (free == 0) {
        return isRoomFor(place) && queueOf(place).add(place);
      }
      free--;
    }
    place.grant();
    return true;
  }

  void giveBack() {
    Place next;
    synchronized (this) {
      next = queue.isEmpty() ? background.poll() : queue.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.grant();
  }

  /** Leaves the queue; false if the place has been granted, or is just being. */
  synchronized boolean leave(Place place) {
    return queueOf(place).remove(place);
  }

  /** Who is background gives way in this, too: an interactive call counts only its own queue. */
  private boolean isRoomFor(Place place) {
    return (place.isBackground() ? waiting() : queue.size()) < maxWaiting;
  }

  private ArrayDeque<Place> queueOf(Place place) {
    return place.isBackground() ? background : queue;
  }

  synchronized int free() {
    return free;
  }

  synchronized int waiting() {
    return queue.size() + background.size();
  }
}
