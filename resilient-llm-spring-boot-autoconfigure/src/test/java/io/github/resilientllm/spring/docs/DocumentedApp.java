package io.github.resilientllm.spring.docs;

import io.github.resilientllm.chat.ChatEvent;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.chat.FinishReason;
import io.github.resilientllm.chat.LlmClient;
import io.github.resilientllm.chat.Usage;
import io.github.resilientllm.provider.CallOptions;
import io.github.resilientllm.provider.Completion;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.provider.ProviderCall;
import io.github.resilientllm.provider.ProviderException;
import io.github.resilientllm.spring.Llm;
import io.github.resilientllm.spring.LlmCredentials;
import io.github.resilientllm.spring.LlmProblemAdvice;
import io.github.resilientllm.spring.LlmSse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;

/** An application of the documentation's examples, whose model says what it is told. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Desk.class, Bot.class, Replies.class, MailDesk.class, Answers.class, Parcels.class})
class DocumentedApp {
  /** The mails that were sent. */
  static final class Sent implements Mail {
    final List<String> mails = new CopyOnWriteArrayList<>();

    @Override
    public void send(String to, String text, String key) {
      mails.add(to + ": " + text);
    }
  }

  private volatile boolean back;

  /** Ends the overload. */
  void back() {
    back = true;
  }

  @Bean
  Sent mail() {
    return new Sent();
  }

  @Bean
  LlmProvider echo() {
    return new LlmProvider() {
      @Override
      public String vendor() {
        return "local";
      }

      @Override
      public String model() {
        return "echo";
      }

      @Override
      public ProviderCall newCall(ChatRequest request, CallOptions options)
          throws ProviderException {
        String said = request.messages().get(request.messages().size() - 1).text();
        if (said.contains("overload") && !back) {
          throw new ProviderException(ErrorKind.OVERLOADED, "no room");
        }
        if (said.contains("outage")) {
          throw new ProviderException(ErrorKind.UNAUTHORIZED, "no such key");
        }
        return ProviderCall.of(
            Completion.of(FinishReason.STOP, Usage.unknown()), new ChatEvent.TextDelta(said));
      }
    };
  }

  @Bean
  Digest digest(@Llm("background") LlmClient llm) {
    return new Digest(llm);
  }

  @Bean
  TokenCache entra() {
    return new TokenCache();
  }

  @Bean
  LlmCredentials keys(TokenCache entra) {
    return provider -> provider.equals("azure") ? entra::token : null;
  }

  @Bean
  LlmSse answers(@Qualifier("applicationTaskExecutor") AsyncTaskExecutor threads) {
    return new LlmSse(threads, 64); // answers at once
  }

  @Bean
  GoogleTokens google() {
    return new GoogleTokens();
  }

  @Bean
  LlmCredentials tokens(GoogleTokens google) {
    return new LlmCredentials() {
      @Override
      public @Nullable Supplier<String> key(String provider) {
        return null;
      }

      @Override
      public @Nullable Supplier<Token> token(String provider) {
        return provider.equals("claude") ? google::refreshed : null;
      }
    };
  }

  @Bean
  LlmProblemAdvice problems() {
    return new LlmProblemAdvice();
  }
}
