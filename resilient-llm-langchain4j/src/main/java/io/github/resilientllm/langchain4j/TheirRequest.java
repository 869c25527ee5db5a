package io.github.resilientllm.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolChoice;
import io.github.resilientllm.internal.thread.AskedFrom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LangChain4j's request in our words, with the original beside it. */
final class TheirRequest {
  private static final int LONGEST_NAME = 64;

  private TheirRequest() {}

  /**
   * The translation.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException if a target needs the translation
   *     and a part of the request has none
   */
  static ChatRequest of(
      dev.langchain4j.model.chat.request.ChatRequest request,
      ChatRequestOptions options,
      Settings settings) {
    boolean lenient = settings.allNative();
    TheirMessages messages = new TheirMessages(lenient);
    ChatRequest.Builder ours = ChatRequest.builder();
    for (ChatMessage message : request.messages()) {
      ours.message(messages.translate(message));
    }
    Integer most = request.maxOutputTokens();
    if (most != null && (most > 0 || !lenient)) {
      ours.maxOutputTokens(most);
    }
    format(request, ours);
    ours.nativeRequest(
        new NativeRequest(request, options, request.messages().size(), AskedFrom.here()));
    if (lenient) {
      tools(request.toolSpecifications(), true, ours);
      return ours.build(); // the engine needs no more, and so no value can be wrong for it
    }
    refuse(request.parameters());
    tools(request.toolSpecifications(), false, ours);
    settings(request, ours);
    return ours.build();
  }

  private static void settings(
      dev.langchain4j.model.chat.request.ChatRequest request, ChatRequest.Builder ours) {
    Double temperature = request.temperature();
    if (temperature != null) {
      ours.temperature(temperature);
    }
    Double topP = request.topP();
    if (topP != null) {
      ours.topP(topP);
    }
    if (!request.stopSequences().isEmpty()) {
      ours.stop(request.stopSequences().toArray(String[]::new));
    }
    if (request.toolChoice() != null && !request.toolSpecifications().isEmpty()) {
      ours.toolChoice(
          switch (request.toolChoice()) {
            case AUTO -> ToolChoice.auto();
            case REQUIRED -> ToolChoice.required();
            case NONE -> ToolChoice.none();
          });
    }
  }

  private static void format(
      dev.langchain4j.model.chat.request.ChatRequest request, ChatRequest.Builder ours) {
    dev.langchain4j.model.chat.request.ResponseFormat format = request.responseFormat();
    if (format == null || format.type() != ResponseFormatType.JSON) {
      return;
    }
    JsonSchema schema = format.jsonSchema();
    if (schema == null) {
      ours.responseFormat(ResponseFormat.json());
      return;
    }
    String name = schema.name() == null || schema.name().isEmpty() ? "answer" : schema.name();
    ours.responseFormat(
        new ResponseFormat.JsonSchema(
            name.substring(0, Math.min(name.length(), LONGEST_NAME)),
            Schemas.text(schema.rootElement()),
            false)); // LangChain4j asks for strictness at the model, not in the request
  }

  private static void tools(
      List<ToolSpecification> specifications, boolean lenient, ChatRequest.Builder ours) {
    for (int i = 0; i < specifications.size(); i++) {
      ToolSpecification tool = specifications.get(i);
      String description = tool.description() == null ? "" : tool.description();
      String name = lenient ? "tool" + i : tool.name();
      Tool translated = Tool.of(name, description, Schemas.text(tool.parameters()));
      ours.tool(Boolean.TRUE.equals(tool.strict()) ? translated.enforced() : translated);
    }
  }

  /**
   * Refuses what our vocabulary has no word for.
   *
   * @throws dev.langchain4j.exception.UnsupportedFeatureException naming the parameter
   */
  static void refuse(ChatRequestParameters parameters) {
    refuse("modelName", parameters.modelName());
    refuse("topK", parameters.topK());
    refuse("frequencyPenalty", parameters.frequencyPenalty());
    refuse("presencePenalty", parameters.presencePenalty());
  }

  private static void refuse(String parameter, @Nullable Object value) {
    if (value != null) {
      throw TheirMessages.unsupported("parameters named '" + parameter + "'");
    }
  }
}
