package io.github.resilientllm.internal.journal;

/** A mistake in the journal's own code. */
enum SourceMutant {
  ACKNOWLEDGES_BEFORE_THE_FORCE(
      "file/FileLog",
      "      if (batch.force() ||",
      "      batch.entries().forEach(entry -> entry.done().complete(null));\n"
          + "      if (batch.force() ||"),
  FORCES_FOR_NOBODY("file/FileLog", "force |= entry.forced();", ""),
  GOES_ON_AFTER_A_FAILURE("file/FileLog", "      failure = first;\n", ""),
  RETRIES_A_FAILED_FORCE(
      "file/LogFile",
      "    channel.force(false);",
      "    try { channel.force(false); } catch (IOException e) { channel.force(false); }"),
  CREATES_WITHOUT_A_FORCE("file/NewFile", "file.force(true);", ""),
  CREATES_WITHOUT_A_SYNC_OF_THE_DIRECTORY(
      "file/NewFile", "disk.syncDirectory(Objects.requireNonNull(target.getParent()));", ""),
  SWALLOWS_A_SHORT_WRITE(
      "file/NewFile", "while (bytes.hasRemaining())", "if (bytes.hasRemaining())"),
  SWALLOWS_A_SHORT_APPEND(
      "file/LogFile",
      """
          while (from.hasRemaining()) {
            if (channel().append(from) <= 0) {
              throw new IOException("The system took no byte of " + from.remaining());
            }
          }
          length += bytes.length;
      """,
      "    channel().append(from);\n    length += bytes.length - from.remaining();\n"),
  APPENDS_TO_A_TORN_END(
      "check/Recovery",
      "if (survey.isTorn() || unsettled || compact)",
      "if (unsettled || compact)"),
  TRUSTS_WHAT_WAS_NOT_FORCED(
      "check/Recovery", "survey.isInDoubt() && options.sync().forces()", "false"),
  RECOVERS_WITHOUT_A_FORCE(
      "check/Recovery",
      "new NewFile(disk, path, header, forces, survey.size())",
      "new NewFile(disk, path, header, false, survey.size())"),
  CUTS_AT_THE_FIRST_BAD_LINE(
      "check/Survey",
      "return impossible || (!problems.isEmpty() && problems.get(0).offset() < safe);",
      "return false;");

  private final String source;
  private final String right;
  private final String wrong;

  SourceMutant(String source, String right, String wrong) {
    this.source = source;
    this.right = right;
    this.wrong = wrong;
  }

  /** The class that is changed. */
  String source() {
    return source;
  }

  /** The class's source with the mistake. */
  String mutate(String text) {
    int at = text.indexOf(right);
    if (at < 0 || text.indexOf(right, at + 1) >= 0) {
      throw new IllegalStateException(
          "%s: the text to replace must stand once in %s; adapt the mutant"
              .formatted(this, source));
    }
    return text.replace(right, wrong);
  }
}
