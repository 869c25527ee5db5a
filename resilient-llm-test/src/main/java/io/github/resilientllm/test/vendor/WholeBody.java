package io.github.resilientllm.test.vendor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response of the JDK's client as it comes, to its last byte.
 *
 * <p>The JDK's own stream of a body throws as soon as the connection breaks, and keeps to itself
 * what it has received and not handed out: the last words before a cut. Read by one thread.
 */
final class WholeBody implements HttpResponse.BodySubscriber<WholeBody>, AutoCloseable {
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>(); // two at most
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private volatile @Nullable Throwable failure; // before END
  private boolean isOver;

  /**
   * The next bytes; null at the end.
   *
   * @throws IOException if the body has been broken off there
   */
  byte @Nullable [] next() throws IOException, InterruptedException {
    subscription.join().request(1);
    byte[] piece = pieces.take();
    if (piece != END) {
      return piece;
    }
    isOver = true;
    if (failure != null) {
      throw new IOException(failure);
    }
    return null;
  }

  /** Ends the connection if there may be more. */
  @Override
  public void close() {
    if (!isOver) {
      subscription.join().cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      all.writeBytes(bytes);
    }
    pieces.add(all.toByteArray());
  }

  @Override
  public void onError(Throwable given) {
    failure = given;
    pieces.add(END);
  }

  @Override
  public void onComplete() {
    pieces.add(END);
  }

  @Override
  public CompletionStage<WholeBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }
}
