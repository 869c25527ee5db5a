package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LangChain4j's messages in our words. */
final class TheirMessages {
  /** Stands in for what nobody but LangChain4j's own models reads. */
  private static final Part UNREAD = new Part.Text("[native]");

  /** What an image is taken for whose type nobody told; the vendors look at the bytes. */
  private static final String UNTOLD_TYPE = "image/png";

  private static final String UNTOLD_SOUND = "audio/wav";

  /** What a PDF is called, of which LangChain4j tells no name. */
  private static final String UNNAMED = "document.pdf";

  private final boolean lenient;

  /**
   * A translator.
   *
   * @param lenient whether what has no translation may be stood in for, because all targets read
   *     the native messages anyway
   */
  TheirMessages(boolean lenient) {
    this.lenient = lenient;
  }

  Message translate(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return Message.system(system.text());
    }
    if (message instanceof UserMessage user) {
      return Message.user(parts(user.contents()).toArray(Part[]::new));
    }
    if (message instanceof AiMessage answer) {
      return Message.assistant(parts(answer));
    }
    if (message instanceof ToolExecutionResultMessage result) {
      return Message.tool(
          new ToolResult(
              idOf(result.id(), result.toolName()),
              parts(result.contents()),
              Boolean.TRUE.equals(result.isError())));
    }
    return Message.user(standIn("messages of the type " + message.type()));
  }

  /**
   * The id by which a call and its result find each other: some of LangChain4j's vendors have none.
   */
  static String idOf(@Nullable String id, String toolName) {
    return id == null || id.isEmpty() ? toolName : id;
  }

  private List<Part> parts(AiMessage answer) {
    List<Part> parts = new ArrayList<>(Attributes.reasoning(answer));
    String text = answer.text();
    if (text != null && !text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
    for (ToolExecutionRequest request : answer.toolExecutionRequests()) {
      String id = idOf(request.id(), request.name());
      String arguments = request.arguments() == null ? "" : request.arguments();
      parts.add(new ToolCall(id, request.name(), arguments, Attributes.ofCall(answer, id)));
    }
    return parts.isEmpty() ? List.of(new Part.Text("")) : parts;
  }

  private List<Part> parts(List<Content> contents) {
    List<Part> parts = new ArrayList<>(contents.size());
    for (Content content : contents) {
      parts.add(part(content));
    }
    return parts;
  }

  private Part part(Content content) {
    if (content instanceof TextContent text) {
      return new Part.Text(text.text());
    }
    try {
      Part part = attached(content);
      return part == null ? standIn("contents of the type " + content.type()) : part;
    } catch (IllegalArgumentException e) {
      if (lenient) {
        return UNREAD;
      }
      throw e;
    }
  }

  /** An image, a PDF, a sound by bytes; null for what we have no word for. */
  private static @Nullable Part attached(Content content) {
    if (content instanceof ImageContent image) {
      return image(image);
    }
    if (content instanceof PdfFileContent pdf) {
      String data = pdf.pdfFile().base64Data();
      return data == null || data.isEmpty()
          ? Part.File.of(pdf.pdfFile().url(), PdfFile.DEFAULT_MIME_TYPE)
          : Part.File.of(Base64.getMimeDecoder().decode(data), PdfFile.DEFAULT_MIME_TYPE, UNNAMED);
    }
    if (content instanceof AudioContent sound) {
      Audio audio = sound.audio();
      byte[] bytes = audio.binaryData();
      if (bytes == null && audio.base64Data() != null) {
        bytes = Base64.getMimeDecoder().decode(audio.base64Data());
      }
      String type = audio.mimeType();
      return bytes == null
          ? null
          : Part.Audio.of(bytes, type == null || type.isEmpty() ? UNTOLD_SOUND : type);
    }
    return null;
  }

  private static Part image(ImageContent content) {
    String data = content.image().base64Data();
    if (data == null || data.isEmpty()) {
      return Part.Image.of(content.image().url());
    }
    String type = content.image().mimeType();
    return Part.Image.of(
        Base64.getMimeDecoder().decode(data), type == null || type.isEmpty() ? UNTOLD_TYPE : type);
  }

  private Part standIn(String what) {
    if (lenient) {
      return UNREAD;
    }
    throw unsupported(what);
  }

  static UnsupportedFeatureException unsupported(String what) {
    return new UnsupportedFeatureException(
        what
            + " are not supported, because not every target is one of LangChain4j's models;"
            + " leave them out, or make all targets with LangChain4jProvider");
  }
}
