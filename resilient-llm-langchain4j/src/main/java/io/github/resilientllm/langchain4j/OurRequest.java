package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
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
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolCall;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Our request in LangChain4j's words, for a caller who knows nothing of LangChain4j. */
final class OurRequest {
  private OurRequest() {}

  static dev.langchain4j.model.chat.request.ChatRequest of(ChatRequest request) {
    return dev.langchain4j.model.chat.request.ChatRequest.builder()
        .messages(messages(request.messages()))
        .parameters(parameters(request))
        .build();
  }

  /** Messages; one of ours with several tool results becomes several. */
  static List<ChatMessage> messages(List<Message> messages) {
    Map<String, String> tools = new HashMap<>(); // LangChain4j names the tool with each result
    List<ChatMessage> theirs = new ArrayList<>();
    for (Message message : messages) {
      message.toolCalls().forEach(call -> tools.put(call.id(), call.name()));
      switch (message.role()) {
        case SYSTEM -> theirs.add(SystemMessage.from(message.text()));
        case USER -> theirs.add(UserMessage.from(contents(message.parts())));
        case ASSISTANT -> theirs.add(answer(message));
        case TOOL -> message.parts().forEach(part -> theirs.add(result((ToolResult) part, tools)));
      }
    }
    return theirs;
  }

  private static ChatMessage answer(Message message) {
    AiMessage.Builder answer = AiMessage.builder();
    if (!message.text().isEmpty() || message.toolCalls().isEmpty()) {
      answer.text(message.text());
    }
    String thinking =
        message.parts().stream()
            .filter(Part.Reasoning.class::isInstance)
            .map(part -> ((Part.Reasoning) part).text())
            .collect(Collectors.joining());
    if (!thinking.isEmpty()) {
      answer.thinking(thinking);
    }
    return answer.toolExecutionRequests(OurAnswer.requests(message.toolCalls())).build();
  }

  private static ChatMessage result(ToolResult result, Map<String, String> tools) {
    return ToolExecutionResultMessage.builder()
        .id(result.callId())
        .toolName(tools.getOrDefault(result.callId(), result.callId()))
        .contents(contents(result.content()))
        .isError(result.failed())
        .build();
  }

  private static List<Content> contents(List<Part> parts) {
    List<Content> contents = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        contents.add(TextContent.from(text.text()));
      } else if (part instanceof Part.Image image) {
        contents.add(content(image));
      } else if (part instanceof Part.File file) {
        contents.add(content(file));
      } else if (part instanceof Part.Audio sound) {
        contents.add(
            AudioContent.from(
                Base64.getEncoder().encodeToString(sound.bytes()), sound.mediaType()));
      }
    }
    return contents;
  }

  private static Content content(Part.Image image) {
    if (image.url().isPresent()) {
      return ImageContent.from(image.url().get());
    }
    return ImageContent.from(
        Base64.getEncoder().encodeToString(image.bytes().orElseThrow()),
        image.mediaType().orElseThrow());
  }

  private static Content content(Part.File file) {
    return file.url().isPresent()
        ? PdfFileContent.from(file.url().get())
        : PdfFileContent.from(
            Base64.getEncoder().encodeToString(file.bytes().orElseThrow()), file.mediaType());
  }

  /** Why a request has no words of LangChain4j's; empty if it has. */
  static Optional<String> obstacle(ChatRequest request) {
    boolean isLegible =
        request.messages().stream()
            .flatMap(message -> message.parts().stream())
            .filter(Part.File.class::isInstance)
            .allMatch(file -> ((Part.File) file).mediaType().equals(PdfFile.DEFAULT_MIME_TYPE));
    return isLegible ? Optional.empty() : Optional.of("LangChain4j takes files as PDF");
  }

  private static ChatRequestParameters parameters(ChatRequest request) {
    DefaultChatRequestParameters.Builder<?> theirs = ChatRequestParameters.builder();
    request.temperature().ifPresent(theirs::temperature);
    request.topP().ifPresent(theirs::topP);
    request.maxOutputTokens().ifPresent(theirs::maxOutputTokens);
    if (!request.stop().isEmpty()) {
      theirs.stopSequences(request.stop());
    }
    if (!request.tools().isEmpty()) {
      theirs.toolSpecifications(request.tools().stream().map(OurRequest::tool).toList());
    }
    request
        .toolChoice()
        .map(ToolChoice::mode)
        .ifPresent(
            mode ->
                theirs.toolChoice(
                    switch (mode) {
                      case AUTO -> dev.langchain4j.model.chat.request.ToolChoice.AUTO;
                      case NONE -> dev.langchain4j.model.chat.request.ToolChoice.NONE;
                      case REQUIRED, TOOL -> dev.langchain4j.model.chat.request.ToolChoice.REQUIRED;
                    }));
    if (request.responseFormat() instanceof ResponseFormat.Json) {
      theirs.responseFormat(dev.langchain4j.model.chat.request.ResponseFormat.JSON);
    } else if (request.responseFormat() instanceof ResponseFormat.JsonSchema asked) {
      theirs.responseFormat(
          dev.langchain4j.model.chat.request.ResponseFormat.builder()
              .type(ResponseFormatType.JSON)
              .jsonSchema(
                  JsonSchema.builder()
                      .name(asked.name())
                      .rootElement(JsonRawSchema.from(asked.schema()))
                      .build())
              .build());
    }
    return theirs.build();
  }

  private static ToolSpecification tool(Tool tool) {
    return ToolSpecification.builder()
        .name(tool.name())
        .description(tool.description())
        .parameters(Schemas.object(tool.parameters()))
        .build();
  }

  /** What of our request has no place in LangChain4j's. */
  static List<String> leftOut(ChatRequest request) {
    List<String> phrases = new ArrayList<>();
    if (request.seed().isPresent()) {
      phrases.add("seed");
    }
    if (request.reasoningEffort().isPresent()) {
      phrases.add("reasoning effort");
    }
    if (request.parallelToolCalls().isPresent()) {
      phrases.add("parallel tool calls");
    }
    if (!request.metadata().isEmpty()) {
      phrases.add("metadata");
    }
    if (request.messages().stream()
        .flatMap(message -> message.parts().stream())
        .anyMatch(Part.Verbatim.class::isInstance)) {
      phrases.add("what tools of a vendor's own did, and citations");
    }
    if (!request.promptCaching().isOff()) {
      phrases.add("prompt caching");
    }
    if (request.logprobs().isPresent()) {
      phrases.add("logprobs");
    }
    boolean named =
        request.toolChoice().filter(choice -> choice.mode() == ToolChoice.Mode.TOOL).isPresent();
    if (named && request.tools().size() > 1) {
      phrases.add("which tool to call");
    }
    return phrases;
  }

  /** The request that a tool be run. */
  static ToolExecutionRequest request(ToolCall call) {
    return ToolExecutionRequest.builder()
        .id(call.id())
        .name(call.name())
        .arguments(call.arguments().isBlank() ? "{}" : call.arguments())
        .build();
  }
}
