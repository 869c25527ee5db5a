package io.github.resilientllm.benchmarks;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;

/** A vendor as a user sets it up, its answers, and where a hand-written reader finds their text. */
public enum Vendor {
  /** Chat completions. */
  OPENAI(
      "/choices/0/message/content",
      "{\"id\":\"chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0\",\"object\":\"chat.completion\","
          + "\"created\":1770933892,\"model\":\"gpt-4.1-nano-2025-04-14\",\"choices\":[{\"index\":0,"
          + "\"message\":{\"role\":\"assistant\",\"content\":\"TEXT\",\"refusal\":null,"
          + "\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{"
          + "\"prompt_tokens\":16,\"completion_tokens\":17,\"total_tokens\":33,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
          + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}},"
          + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_de604bd877\"}") {
    @Override
    LlmProvider provider(OkHttpClient client) {
      return OpenAi.model("gpt-4.1-nano").apiKey(KEY).client(client).build();
    }
  },

  /** Messages. */
  ANTHROPIC(
      "/content/0/text",
      "{\"model\":\"claude-sonnet-4-5-20250929\",\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\","
          + "\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
          + "\"text\":\"TEXT\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{"
          + "\"input_tokens\":16,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
          + "\"output_tokens\":17,\"service_tier\":\"standard\"}}") {
    @Override
    LlmProvider provider(OkHttpClient client) {
      return Anthropic.model("claude-sonnet-4-5").apiKey(KEY).client(client).build();
    }
  },

  /** {@code generateContent}. */
  GEMINI(
      "/candidates/0/content/parts/0/text",
      "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"TEXT\"}],\"role\":\"model\"},"
          + "\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":16,"
          + "\"candidatesTokenCount\":17,\"totalTokenCount\":33,\"promptTokensDetails\":[{"
          + "\"modality\":\"TEXT\",\"tokenCount\":16}]},\"modelVersion\":\"gemini-2.5-flash\","
          + "\"responseId\":\"mdGZaKq9Ne6vkdUP4\"}") {
    @Override
    LlmProvider provider(OkHttpClient client) {
      return Gemini.model("gemini-2.5-flash").apiKey(KEY).client(client).build();
    }
  },

  /** Converse. */
  BEDROCK(
      "/output/message/content/0/text",
      "{\"metrics\":{\"latencyMs\":551},\"output\":{\"message\":{\"content\":[{\"text\":\"TEXT\"}],"
          + "\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":16,"
          + "\"outputTokens\":17,\"totalTokens\":33}}") {
    @Override
    LlmProvider provider(OkHttpClient client) {
      return Bedrock.model("anthropic.claude-sonnet-4-5-20250929-v1:0")
          .region("eu-central-1")
          .apiKey(KEY)
          .client(client)
          .build();
    }
  };

  static final ApiKey KEY = ApiKey.of("sk-benchmark-0123456789");

  private static final String SENTENCE =
      "It takes between three and five working days, unless it is sent by \\\"express\\\".\\n";
  private static final String PROSE =
      "The parcel from Zürich is late, and the \"express\" one as well:\nnobody has seen it since"
          + " Tuesday, when it left the depot at half past nine. ";

  private final String textAt;
  private final String answer;

  Vendor(String textAt, String answer) {
    this.textAt = textAt;
    this.answer = answer;
  }

  /** The provider through its front door. */
  abstract LlmProvider provider(OkHttpClient client);

  /** Where the text of its answers stands. */
  String textAt() {
    return textAt;
  }

  /** An answer of so many sentences, some 80 characters each. */
  String answer(int sentences) {
    return answer.replace("TEXT", SENTENCE.repeat(sentences));
  }

  /** A conversation of an odd number of messages, some thousand characters each but the first. */
  static ChatRequest conversation(int messages) {
    if (messages == 1) {
      return ChatRequest.of("How long does delivery take?");
    }
    List<Message> history = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      String text = "Message " + i + ". " + PROSE.repeat(7);
      history.add(i % 2 == 0 ? Message.user(text) : Message.assistant(text));
    }
    return ChatRequest.of(history);
  }
}
