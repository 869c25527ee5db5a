package io.github.resilientllm.internal.conversation;

import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.List;

/**
 * An estimate of tokens that errs upwards: the tokenizers of all vendors differ, most of them make
 * a token of about four bytes of English and fewer of other languages.
 */
final class Tokens {
  private static final int BYTES_PER_TOKEN = 3;

  /** Role and separators. */
  private static final int PER_MESSAGE = 4;

  /** About what the vendors count for an image of a million pixels. */
  private static final int PER_IMAGE = 1000;

  /** A page of a PDF of 20 KB is some 2,000 tokens of text and picture. */
  private static final int BYTES_PER_TOKEN_OF_FILE = 10;

  /** A second of an MP3 is 8 KB or more, and up to 32 tokens. */
  private static final int BYTES_PER_TOKEN_OF_AUDIO = 250;

  /** What nobody here has seen. */
  private static final int PER_LINK = 20_000;

  private Tokens() {}

  static int of(Message message) {
    return PER_MESSAGE + of(message.parts());
  }

  static int of(Tool tool) {
    return PER_MESSAGE + of(tool.name()) + of(tool.description()) + of(tool.parameters());
  }

  private static int of(List<Part> parts) {
    int tokens = 0;
    for (Part part : parts) {
      tokens += of(part);
    }
    return tokens;
  }

  private static int of(Part part) {
    if (part instanceof Part.Text text) {
      return of(text.text());
    } else if (part instanceof Part.Reasoning reasoning) {
      return of(reasoning.text());
    } else if (part instanceof ToolCall call) {
      return of(call.name()) + of(call.arguments());
    } else if (part instanceof ToolResult result) {
      return of(result.content());
    } else if (part instanceof Part.Verbatim verbatim) {
      return of(verbatim.content().data());
    } else if (part instanceof Part.File file) {
      return of(file);
    } else if (part instanceof Part.Audio audio) {
      return 1 + audio.size() / BYTES_PER_TOKEN_OF_AUDIO;
    }
    return PER_IMAGE;
  }

  private static int of(Part.File file) {
    int perToken = file.mediaType().startsWith("text/") ? BYTES_PER_TOKEN : BYTES_PER_TOKEN_OF_FILE;
    return file.url().isPresent() ? PER_LINK : 1 + file.size() / perToken;
  }

  private static int of(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return (int) ((bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
  }
}
