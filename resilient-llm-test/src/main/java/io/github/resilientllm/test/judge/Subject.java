package io.github.resilientllm.test.judge;

/** Who is judged: a name, and a way to set up a client for each scenario. */
public interface Subject {

  /** What it is called on the scorecard. */
  String name();

  /** Sets up a client, new for each scenario; may be called by several threads. */
  Client open(Setting setting) throws Exception;

  /** Sets up clients. */
  @FunctionalInterface
  interface Opening {
    /** Sets up a client. */
    Client open(Setting setting) throws Exception;
  }

  /** A subject of that name. */
  static Subject of(String name, Opening opening) {
    return new Subject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Client open(Setting setting) throws Exception {
        return opening.open(setting);
      }
    };
  }
}
