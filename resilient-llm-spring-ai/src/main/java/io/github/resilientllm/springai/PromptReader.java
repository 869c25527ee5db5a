package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Role;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolResult;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** What a prompt says in our words. */
final class PromptReader {
  private static final String SCHEMA = "answer";
  private static final String UNSAID_TOOL = "unsaid_";

  private PromptReader() {}

  /**
   * Starts the request.
   *
   * @param base what the prompt's options may have been made from; what is still its own is not the
   *     caller's
   */
  static ChatRequest.Builder request(Prompt prompt, ChatOptions base) {
    ChatRequest.Builder request = ChatRequest.builder();
    List<Message> messages = new ArrayList<>();
    prompt.getInstructions().forEach(message -> messages.add(message(message)));
    ChatOptions options = prompt.getOptions();
    if (options != null) {
      List<String> unsaid = new ArrayList<>();
      settings(options, base, request, unsaid);
      tools(options, request, unsaid);
      if (!unsaid.isEmpty()) {
        forNobodyOfOurs(messages, String.join(", ", unsaid));
      }
    }
    messages.forEach(request::message);
    return request;
  }

  /** What the caller said; what our words cannot say is named instead. */
  private static void settings(
      ChatOptions options, ChatOptions base, ChatRequest.Builder request, List<String> unsaid) {
    TargetOptions said = new TargetOptions(options, base);
    Double temperature = said.said(ChatOptions::getTemperature);
    if (temperature != null && isWithin(temperature, 2)) {
      request.temperature(temperature);
    } else if (temperature != null) {
      unsaid.add("temperature " + temperature);
    }
    Double topP = said.said(ChatOptions::getTopP);
    if (topP != null && isWithin(topP, 1)) {
      request.topP(topP);
    } else if (topP != null) {
      unsaid.add("topP " + topP);
    }
    Integer most = options.getMaxTokens(); // also the base's, for the window
    if (most != null && most > 0) {
      request.maxOutputTokens(most);
    } else if (most != null) {
      unsaid.add("maxTokens " + most);
    }
    List<String> stop = said.said(ChatOptions::getStopSequences);
    if (stop != null && stop.contains("")) {
      unsaid.add("an empty stop sequence");
    } else if (stop != null) {
      request.stop(stop.toArray(String[]::new));
    }
    if (options instanceof StructuredOutputChatOptions shaped
        && shaped.getOutputSchema() != null
        && !shaped.getOutputSchema().isBlank()) {
      request.responseFormat(ResponseFormat.jsonSchema(SCHEMA, shaped.getOutputSchema()));
    }
  }

  private static boolean isWithin(double value, int most) {
    return value >= 0 && value <= most;
  }

  private static void tools(ChatOptions options, ChatRequest.Builder request, List<String> unsaid) {
    if (!(options instanceof ToolCallingChatOptions calling)
        || calling.getToolCallbacks() == null) {
      return;
    }
    for (ToolCallback callback : calling.getToolCallbacks()) {
      var tool = callback.getToolDefinition();
      try {
        request.tool(Tool.of(tool.name(), tool.description(), tool.inputSchema()));
      } catch (IllegalArgumentException e) { // which not every vendor would refuse
        unsaid.add("the tool " + tool.name());
        request.tool(Tool.of(UNSAID_TOOL + unsaid.size(), tool.description(), "{}"));
      }
    }
  }

  /** Makes the request one that is for Spring AI's own models only. */
  private static void forNobodyOfOurs(List<Message> messages, String unsaid) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      Message message = messages.get(i);
      if (message.role() == Role.USER) {
        List<Part> parts = new ArrayList<>(message.parts());
        parts.add(nobodys(unsaid));
        messages.set(i, Message.user(parts.toArray(Part[]::new)));
        return;
      }
    }
    throw new IllegalArgumentException("A vendor would refuse " + unsaid);
  }

  /**
   * What has no word of ours: an image of a type that no vendor of ours writes, so that none of
   * them is asked without it. Spring AI's own models are asked with the prompt itself.
   */
  private static Part nobodys(String what) {
    return Part.Image.of(new byte[1], "image/ (" + what + ")");
  }

  static Message message(org.springframework.ai.chat.messages.Message message) {
    if (message instanceof AssistantMessage assistant) {
      return Message.assistant(Seals.parts(assistant));
    }
    if (message instanceof ToolResponseMessage tool) {
      return Message.tool(
          tool.getResponses().stream()
              .map(response -> ToolResult.of(response.id(), text(response.responseData())))
              .toArray(ToolResult[]::new));
    }
    if (message.getMessageType() == MessageType.SYSTEM) {
      return Message.system(text(message.getText()));
    }
    List<Part> parts = new ArrayList<>();
    if (message instanceof MediaContent content) {
      content.getMedia().forEach(media -> parts.add(part(media)));
    }
    String text = text(message.getText());
    if (!text.isEmpty() || parts.isEmpty()) {
      parts.add(0, new Part.Text(text));
    }
    return Message.user(parts.toArray(Part[]::new));
  }

  /** An image, a sound, a document; what is neither, or more than we hold, is nobody's. */
  private static Part part(Media media) {
    String type = media.getMimeType().toString().toLowerCase(Locale.ROOT);
    Part document = document(media, bare(type));
    if (document != null) {
      return document;
    }
    try {
      return type.startsWith("image/") ? image(media.getData(), type) : nobodys(type);
    } catch (IllegalArgumentException e) { // also a reference that only one vendor can follow
      return nobodys(type);
    }
  }

  private static Part image(Object data, String type) {
    if (data instanceof byte[] bytes) {
      return Part.Image.of(bytes, type);
    }
    String text = data.toString();
    if (text.startsWith("http://") || text.startsWith("https://")) {
      return Part.Image.of(URI.create(text));
    }
    int comma = text.startsWith("data:") ? text.indexOf(',') : -1;
    return Part.Image.of(Base64.getDecoder().decode(text.substring(comma + 1)), type);
  }

  private static @Nullable Part document(Media media, String type) {
    boolean isSound = type.startsWith("audio/");
    if (!isSound && !type.startsWith("text/") && !type.startsWith("application/")) {
      return null;
    }
    Object data = media.getData();
    try {
      if (data instanceof byte[] bytes) {
        return isSound ? Part.Audio.of(bytes, type) : Part.File.of(bytes, type, media.getName());
      }
      return isSound ? null : Part.File.of(URI.create(data.toString()), type);
    } catch (IllegalArgumentException e) { // a reference that only one vendor can follow
      return null;
    }
  }

  /** A media type without its parameters. */
  private static String bare(String type) {
    int end = type.indexOf(';');
    return end < 0 ? type : type.substring(0, end).strip();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
