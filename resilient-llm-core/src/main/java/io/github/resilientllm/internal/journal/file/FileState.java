package io.github.resilientllm.internal.journal.file;

/**
 * What a writer needs to know of a conversation's file.
 *
 * @param file tells it from others that have its name at other times
 * @param last the number of the last entry; 0 if there is none
 * @param length in bytes; 0 if there is no file yet
 * @param durable how many bytes are known to be durable
 * @param stated how many bytes some line in the file says are durable
 * @param streamed how many bytes are progress and attempts, most of which can be dropped
 */
public record FileState(
    String file, long last, long length, long durable, long stated, long streamed) {
  public static FileState none(String file) {
    return new FileState(file, 0, 0, 0, 0, 0);
  }
}
