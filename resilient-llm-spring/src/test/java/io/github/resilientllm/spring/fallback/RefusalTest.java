package io.github.resilientllm.spring.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.resilientllm.spring.LlmFallback;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.springframework.security.access.AccessDeniedException;

/** Who may not ask gets no answer of a fallback. */
class RefusalTest {

  static class DeniedToYou extends AccessDeniedException {
    private static final long serialVersionUID = 1L;

    DeniedToYou() {
      super("not you");
    }
  }

  static class Bot {
    @LlmFallback(method = "offline", applyOn = Exception.class)
    public String ofAll(RuntimeException thrown) {
      throw thrown;
    }

    @LlmFallback(method = "later", applyOn = Exception.class)
    public CompletableFuture<String> later(RuntimeException thrown) {
      return CompletableFuture.failedFuture(new CompletionException(thrown));
    }

    @LlmFallback(
        method = "offline",
        applyOn = {IllegalStateException.class, AccessDeniedException.class})
    public String named(RuntimeException thrown) {
      throw thrown;
    }

    String offline(RuntimeException thrown) {
      return "offline";
    }

    CompletableFuture<String> later(RuntimeException thrown, Throwable failure) {
      return CompletableFuture.completedFuture("offline");
    }
  }

  @Test
  void aRefusalIsNoFailureThatAllExceptionsStandFor() {
    Outage.total()
        .application(Bot.class)
        .run(
            context -> {
              Bot bot = context.getBean(Bot.class);
              assertThat(bot.ofAll(new IllegalStateException("x"))).isEqualTo("offline");
              assertThat(catchThrowable(() -> bot.ofAll(new AccessDeniedException("not you"))))
                  .isInstanceOf(AccessDeniedException.class);
              assertThat(catchThrowable(() -> bot.ofAll(new DeniedToYou())))
                  .isInstanceOf(DeniedToYou.class);
              assertThat(catchThrowable(() -> bot.ofAll(new SecurityException("not you"))))
                  .isInstanceOf(SecurityException.class);
              assertThat(catchThrowable(() -> bot.later(new DeniedToYou()).join()))
                  .hasRootCauseInstanceOf(DeniedToYou.class);
            });
  }

  @Test
  void itIsOneWhereItIsNamed() {
    Outage.total()
        .application(Bot.class)
        .run(
            context ->
                assertThat(context.getBean(Bot.class).named(new DeniedToYou()))
                    .isEqualTo("offline"));
  }
}
