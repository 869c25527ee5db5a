package io.github.resilientllm.internal.target;

/** A call's place in the queue for a target; {@link #onGranted} tells it when its turn has come. */
public final class Place {
  private final Runnable onGranted;
  private final boolean background;
  private volatile boolean granted;

  /**
   * A place not yet granted. The action runs once, on the thread that frees the place.
   *
   * @param background whether it stands behind all places that are not
   */
  public Place(Runnable onGranted, boolean background) {
    this.onGranted = onGranted;
    this.background = background;
  }

  boolean isBackground() {
    return background;
  }

  /** Whether the place is the caller's, to be given back. */
  public boolean isGranted() {
    return granted;
  }

  void grant() {
    granted = true;
    onGranted.run();
  }
}
