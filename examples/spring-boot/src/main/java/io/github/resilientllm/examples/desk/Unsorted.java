package io.github.resilientllm.examples.desk;

/** What is done with a question that no model sorts: somebody will look at it. */
final class Unsorted implements Triage {
  @Override
  public Label label(String question) {
    return new Label(Topic.OTHER, false);
  }
}
