package io.github.resilientllm.okhttp;

/**
 * A place in Google's Vertex AI.
 *
 * @param location a region, {@code eu}, {@code us} or {@code global}
 */
record Vertex(String project, String location) {

  /**
   * Checks that both can stand in a URL.
   *
   * @throws IllegalArgumentException if one cannot
   */
  static Vertex of(String project, String location) {
    if (!project.matches("[a-zA-Z0-9.:_-]{1,100}")) {
      throw new IllegalArgumentException("\"" + project + "\" is no name of a project");
    }
    if (!location.matches("[a-z0-9-]{1,63}")) {
      throw new IllegalArgumentException(
          "A location is global or a region such as europe-west1, not \"" + location + "\"");
    }
    return new Vertex(project, location);
  }

  /** The URL of the API's version. */
  String address() {
    if (location.equals("eu") || location.equals("us")) {
      return "https://aiplatform." + location + ".rep.googleapis.com/v1";
    }
    String region = location.equals("global") ? "" : location + "-";
    return "https://" + region + "aiplatform.googleapis.com/v1";
  }

  /** What stands before the publisher in a path, with a slash at its end. */
  String path() {
    return "projects/" + project + "/locations/" + location + "/";
  }
}
