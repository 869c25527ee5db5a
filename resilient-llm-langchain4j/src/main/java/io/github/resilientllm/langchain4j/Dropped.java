package io.github.resilientllm.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The very messages that a memory store of ours has dropped, of failed turns, as long as somebody
 * still holds them.
 *
 * <p>{@code AiServices} reads the memory, then adds the new question to it, and then asks with what
 * it read before: with the old question, which the store has dropped in between. So the models look
 * here. It goes by the object and not by what it says, for another chat may say the same. It is
 * static because a store and a model know nothing of one another; it holds nothing alive.
 */
final class Dropped {
  private static final Set<Identity> ALL = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<ChatMessage> GONE = new ReferenceQueue<>();

  private Dropped() {}

  /** Notes what is in a list and not in what is left of it. */
  static void note(List<ChatMessage> given, List<ChatMessage> left) {
    forgetGone();
    if (given.size() == left.size()) {
      return;
    }
    Set<ChatMessage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(left);
    for (ChatMessage message : given) {
      if (!kept.contains(message)) {
        ALL.add(new Identity(message, GONE));
      }
    }
  }

  /** The request without them; the same object if it has none of them. */
  static ChatRequest without(ChatRequest request) {
    if (ALL.isEmpty()) {
      return request;
    }
    List<ChatMessage> left = new ArrayList<>(request.messages());
    left.removeIf(message -> ALL.contains(new Identity(message, null)));
    if (left.size() == request.messages().size() || left.isEmpty()) {
      return request;
    }
    return ChatRequest.builder().messages(left).parameters(request.parameters()).build();
  }

  private static void forgetGone() {
    for (Object gone = GONE.poll(); gone != null; gone = GONE.poll()) {
      ALL.remove(gone);
    }
  }

  /** One object, which is equal to nothing but itself. */
  private static final class Identity extends WeakReference<ChatMessage> {
    private final int hash;

    Identity(ChatMessage message, @Nullable ReferenceQueue<ChatMessage> gone) {
      super(message, gone);
      this.hash = System.identityHashCode(message);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // that is what it is for
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Identity that && get() != null && get() == that.get());
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
