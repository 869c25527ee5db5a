package io.github.resilientllm;

import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ChatResponse;
import io.github.resilientllm.chat.ChatStream;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Message;
import io.github.resilientllm.internal.time.Time;
import io.github.resilientllm.testing.Face;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The ways to say something in a conversation, so that one test shows it for all of them. */
final class Talk {
  private Talk() {}

  static Face.End say(Face face, Conversation chat, String question, Time time) {
    return say(face, chat, Message.user(question), time);
  }

  static Face.End say(Face face, Conversation chat, Message message, Time time) {
    LlmClient saying =
        new LlmClient() {
          @Override
          public ChatResponse chat(ChatRequest request) {
            return chat.say(message);
          }

          @Override
          public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
            return chat.sayAsync(message);
          }

          @Override
          public ChatStream stream(ChatRequest request) {
            return chat.stream(message);
          }
        };
    return face.call(saying, ChatRequest.of(List.of(message)), time);
  }

  static Face.End sayOnce(Face face, Conversation chat, String key, String question, Time time) {
    LlmClient saying =
        new LlmClient() {
          @Override
          public ChatResponse chat(ChatRequest request) {
            return chat.say(TurnKey.of(key), question);
          }

          @Override
          public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
            return chat.sayAsync(TurnKey.of(key), question);
          }

          @Override
          public ChatStream stream(ChatRequest request) {
            return chat.stream(TurnKey.of(key), question);
          }
        };
    return face.call(saying, time);
  }

  static Face.End resume(Face face, Conversation chat, Conversation.Resume how, Time time) {
    LlmClient resuming =
        new LlmClient() {
          @Override
          public ChatResponse chat(ChatRequest request) {
            return chat.resume(how);
          }

          @Override
          public CompletableFuture<ChatResponse> chatAsync(ChatRequest request) {
            return chat.resumeAsync(how);
          }

          @Override
          public ChatStream stream(ChatRequest request) {
            return chat.resumeStream(how);
          }
        };
    return face.call(resuming, time);
  }
}
