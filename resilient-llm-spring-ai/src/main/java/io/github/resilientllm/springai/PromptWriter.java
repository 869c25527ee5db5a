package io.github.resilientllm.springai;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.chat.ResponseFormat;
import io.github.resilientllm.chat.Tool;
import io.github.resilientllm.chat.ToolResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.MimeTypeUtils;

/** The prompt of a request, for one target's options. */
final class PromptWriter {
  private PromptWriter() {}

  /** The prompt as it was asked, and only where the target or the engine need it, a changed one. */
  static Prompt passedOn(ChatRequest request, Asked asked, ChatOptions own) {
    Prompt prompt = asked.prompt();
    List<Message> all = request.messages();
    List<Message> added = all.subList(Math.min(asked.translated(), all.size()), all.size());
    ChatOptions said = prompt.getOptions();
    ChatOptions options = said == null ? null : new TargetOptions(said, asked.base()).over(own);
    Integer most = said == null ? null : said.getMaxTokens();
    if (most != null && request.maxOutputTokens().orElse(most) < most) {
      options = (options == null ? own : options).mutate().maxTokens(most(request)).build();
    }
    if (added.isEmpty() && options == said) {
      return prompt;
    }
    List<org.springframework.ai.chat.messages.Message> messages =
        new ArrayList<>(prompt.getInstructions());
    messages.addAll(messages(added));
    return new Prompt(messages, options);
  }

  /** The prompt of a request that no prompt was made into. */
  static Prompt translated(ChatRequest request, ChatOptions own) {
    return new Prompt(messages(request.messages()), options(request, own));
  }

  /** Why a request cannot be asked as a prompt, beside what is known of the model. */
  static Optional<String> obstacle(ChatRequest request, ChatOptions own, String vendor) {
    ChatOptions.Builder<?> builder = own.mutate();
    if (!request.tools().isEmpty() && !(builder instanceof ToolCallingChatOptions.Builder<?>)) {
      return Optional.of("its options take no tools");
    }
    if (request.responseFormat() == ResponseFormat.json()
        || (request.responseFormat() != ResponseFormat.text()
            && !(builder instanceof StructuredOutputChatOptions.Builder<?>))) {
      return Optional.of("its options hold no answer to JSON");
    }
    List<String> lacking = lacking(request, vendor);
    return request.bestEffort() || lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("Spring AI's common options have no " + String.join(", ", lacking));
  }

  /** What of a request a prompt does not say. */
  static List<String> leavesOut(ChatRequest request, String vendor) {
    List<String> left = new ArrayList<>(lacking(request, vendor));
    if (request.messages().stream().anyMatch(PromptWriter::reasons)) {
      left.add("earlier reasoning");
    }
    if (request.messages().stream()
        .flatMap(message -> message.parts().stream())
        .anyMatch(Part.Verbatim.class::isInstance)) {
      left.add("what tools of a vendor's own did, and citations");
    }
    return left;
  }

  private static boolean reasons(Message message) {
    return message.parts().stream().anyMatch(Part.Reasoning.class::isInstance);
  }

  private static List<String> lacking(ChatRequest request, String vendor) {
    List<String> lacking = new ArrayList<>();
    if (request.seed().isPresent()) {
      lacking.add("seed");
    }
    if (request.toolChoice().isPresent()) {
      lacking.add("tool choice");
    }
    if (request.parallelToolCalls().isPresent()) {
      lacking.add("parallel tool calls");
    }
    if (request.reasoningEffort().isPresent()) {
      lacking.add("reasoning effort");
    }
    if (!request.metadata().isEmpty()) {
      lacking.add("metadata");
    }
    if (request.logprobs().isPresent()) {
      lacking.add("logprobs");
    }
    if (!request.vendorOptions(vendor).isEmpty()) {
      lacking.add("vendor options");
    }
    return lacking;
  }

  private static ChatOptions options(ChatRequest request, ChatOptions own) {
    ChatOptions.Builder<?> options = own.mutate();
    request.temperature().ifPresent(options::temperature);
    request.topP().ifPresent(options::topP);
    request.maxOutputTokens().ifPresent(options::maxTokens);
    if (!request.stop().isEmpty()) {
      options.stopSequences(request.stop());
    }
    if (options instanceof ToolCallingChatOptions.Builder<?> calling
        && !request.tools().isEmpty()) {
      calling.toolCallbacks(request.tools().stream().map(PromptWriter::callback).toList());
    }
    if (options instanceof StructuredOutputChatOptions.Builder<?> shaped
        && request.responseFormat() instanceof ResponseFormat.JsonSchema schema) {
      shaped.outputSchema(schema.schema());
    }
    return options.build();
  }

  private static int most(ChatRequest request) {
    return request.maxOutputTokens().orElseThrow();
  }

  /** A tool that the model may call and that runs elsewhere. */
  private static ToolCallback callback(Tool tool) {
    ToolDefinition definition =
        ToolDefinition.builder()
            .name(tool.name())
            .description(tool.description())
            .inputSchema(tool.parameters())
            .build();
    return new ToolCallback() {
      @Override
      public ToolDefinition getToolDefinition() {
        return definition;
      }

      @Override
      public String call(String input) {
        throw new IllegalStateException("The tools of a request are run by who asked it");
      }
    };
  }

  private static List<org.springframework.ai.chat.messages.Message> messages(
      List<Message> messages) {
    Map<String, String> toolNames = new HashMap<>();
    List<org.springframework.ai.chat.messages.Message> written = new ArrayList<>();
    for (Message message : messages) {
      message.toolCalls().forEach(call -> toolNames.put(call.id(), call.name()));
      switch (message.role()) {
        case SYSTEM -> written.add(new SystemMessage(message.text()));
        case ASSISTANT -> written.add(Seals.sealed(message).build());
        case TOOL -> {
          written.add(results(message, toolNames));
          UserMessage images = imagesOf(message);
          if (images != null) {
            written.add(images);
          }
        }
        case USER ->
            written.add(
                UserMessage.builder().text(message.text()).media(media(message.parts())).build());
      }
    }
    return written;
  }

  private static ToolResponseMessage results(Message message, Map<String, String> names) {
    List<ToolResponse> responses = new ArrayList<>();
    for (Part part : message.parts()) {
      if (part instanceof ToolResult result) {
        String name = names.getOrDefault(result.callId(), "");
        String text = result.failed() ? "Error: " + result.text() : result.text();
        responses.add(new ToolResponse(result.callId(), name, text));
      }
    }
    return ToolResponseMessage.builder().responses(responses).build();
  }

  /** Spring AI's results of tools are text, so that images follow in a message of the user's. */
  private static @Nullable UserMessage imagesOf(Message message) {
    List<Media> media = new ArrayList<>();
    for (Part part : message.parts()) {
      if (part instanceof ToolResult result) {
        media.addAll(media(result.content()));
      }
    }
    return media.isEmpty() ? null : UserMessage.builder().text("").media(media).build();
  }

  private static List<Media> media(List<Part> parts) {
    List<Media> media = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Part.Image image) {
        Media.Builder builder = Media.builder();
        image.url().ifPresent(url -> builder.mimeType(MimeTypeUtils.IMAGE_PNG).data(url));
        image.bytes().ifPresent(builder::data);
        image.mediaType().ifPresent(type -> builder.mimeType(MimeTypeUtils.parseMimeType(type)));
        media.add(builder.build());
      } else if (part instanceof Part.File file) {
        Media.Builder builder =
            Media.builder().mimeType(MimeTypeUtils.parseMimeType(file.mediaType()));
        file.url().ifPresent(builder::data);
        file.bytes().ifPresent(bytes -> builder.data(bytes).name(file.name()));
        media.add(builder.build());
      } else if (part instanceof Part.Audio sound) {
        media.add(
            Media.builder()
                .mimeType(MimeTypeUtils.parseMimeType(sound.mediaType()))
                .data(sound.bytes())
                .build());
      }
    }
    return media;
  }
}
