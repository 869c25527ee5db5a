package io.github.resilientllm.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import io.github.resilientllm.ResilientLlm;
import io.github.resilientllm.test.Trouble;
import io.github.resilientllm.test.Vendor;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The streaming model as a publisher, from LangChain4j 1.20 on. */
@Tag("since-1.20")
class PublisherTest {
  private static final String DONE = "done";
  private static final long SECONDS = 10;

  private final Vendor vendor = Vendor.start("vendor").says("one two");

  @AfterEach
  void close() {
    vendor.close();
  }

  @Test
  @DisplayName("nothing is sent before the first event is asked for, and no more comes than that")
  void demand() throws Exception {
    Subscriber subscriber = subscribe();
    assertThat(vendor.requests()).isEmpty();

    subscriber.subscription.request(1);

    assertThat(subscriber.next()).isEqualTo(new PartialResponse("one"));
    assertThat(subscriber.heard).isEmpty();
    subscriber.subscription.request(1);
    assertThat(subscriber.next()).isEqualTo(new PartialResponse(" two"));
    subscriber.subscription.request(5);
    assertThat(((CompleteResponse) subscriber.next()).chatResponse().aiMessage().text())
        .isEqualTo("one two");
    assertThat(subscriber.next()).isEqualTo(DONE);
  }

  @Test
  @DisplayName("a subscriber finds the class loader of who subscribed, whoever asks for more")
  void classLoader() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader own = new URLClassLoader("own", new URL[0], before);
    thread.setContextClassLoader(own);
    Subscriber subscriber;
    try {
      subscriber = subscribe();
    } finally {
      thread.setContextClassLoader(before);
    }
    subscriber.subscription.request(1);

    assertThat(subscriber.next()).isEqualTo(new PartialResponse("one"));
    assertThat(subscriber.loader).isSameAs(own);
  }

  @Test
  @DisplayName("cancelling ends the connection, and nothing is heard after it")
  void cancel() throws Exception {
    vendor.streams(1).thenIsSilent();
    Subscriber subscriber = subscribe();
    subscriber.subscription.request(Long.MAX_VALUE);
    assertThat(subscriber.next()).isEqualTo(new PartialResponse("one"));

    subscriber.subscription.cancel();

    assertThat(vendor.awaitClientLeft(Duration.ofSeconds(2))).isTrue();
    assertThat(subscriber.heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("cancelling before the first event ends the connection, headers or not")
  void cancelOfASilentStream(boolean withHeaders) throws Exception {
    if (withHeaders) {
      vendor.streams(0).thenIsSilent();
    } else {
      vendor.is(Trouble.SILENT);
    }
    Subscriber subscriber =
        subscribe(
            ResilientLlm.with(LangChain4jProvider.of(Ladder.watched(vendor.baseUrl()))).build());
    subscriber.subscription.request(1);
    while (vendor.requests().isEmpty()) {
      Thread.onSpinWait();
    }

    subscriber.subscription.cancel();

    assertThat(vendor.awaitClientLeft(Duration.ofSeconds(2))).isTrue();
    assertThat(subscriber.heard).isEmpty();
  }

  @Test
  @DisplayName("a failure is LangChain4j's exception, and the only end")
  void failure() throws Exception {
    vendor.refuses(401, "invalid_api_key");
    Subscriber subscriber = subscribe();

    subscriber.subscription.request(3);

    assertThat(subscriber.next()).isInstanceOf(AuthenticationException.class);
    assertThat(subscriber.heard).isEmpty();
  }

  @Test
  @DisplayName("asking for nothing is an error, as the rules of Flow have it")
  void badDemand() throws Exception {
    Subscriber subscriber = subscribe();

    subscriber.subscription.request(0);

    assertThat(subscriber.next()).isInstanceOf(IllegalArgumentException.class);
    assertThat(vendor.requests()).isEmpty();
  }

  private Subscriber subscribe() {
    return subscribe(Ladder.ours(vendor.baseUrl()));
  }

  private static Subscriber subscribe(ResilientLlm llm) {
    Subscriber subscriber = new Subscriber();
    LangChain4jModels.over(llm)
        .streamingChatModel()
        .chat(
            dev.langchain4j.model.chat.request.ChatRequest.builder()
                .messages(dev.langchain4j.data.message.UserMessage.from("Count"))
                .build())
        .subscribe(subscriber);
    return subscriber;
  }

  private static final class Subscriber implements Flow.Subscriber<ChatModelStreamingEvent> {
    final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    Flow.Subscription subscription;
    volatile ClassLoader loader;

    Object next() throws InterruptedException {
      return heard.poll(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ChatModelStreamingEvent event) {
      loader = Thread.currentThread().getContextClassLoader();
      heard.add(event);
    }

    @Override
    public void onError(Throwable failure) {
      heard.add(failure);
    }

    @Override
    public void onComplete() {
      heard.add(DONE);
    }
  }
}
