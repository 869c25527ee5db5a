package io.github.resilientllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilientllm.journal.Encryption;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import io.github.resilientllm.testing.Pages;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An application's keys that throw fail the append that asked for them, and nothing else. */
class ThrowingKeysTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void theAppendFailsAndTheNextOneGoesOn(Mistake mistake) {
    Keys keys = new Keys(mistake);
    try (FileJournal journal = FileJournal.builder(directory).encryption(keys).build();
        Journal.Log log = journal.open("a").join()) {
      CompletableFuture<Void> append = log.append(Pages.entry(1));

      assertThat(append).isCompletedExceptionally();
      Throwable failure = catchThrowableOfType(CompletionException.class, append::join).getCause();
      assertThat(failure)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("Entry 1 of " + directory.resolve("c-a.jsonl"))
          .hasMessageContaining("(" + mistake.thrown.getSimpleName() + ")")
          .hasMessageNotContaining("secret")
          .hasCauseExactlyInstanceOf(mistake.thrown);
      assertThat(((JournalException) failure).reason()).isEqualTo(Reason.FAILED);

      log.append(Pages.entry(1)).join();
      assertThat(log.entriesAfter(0).join()).isEqualTo(Pages.entries(1, 1));
    }
  }

  private enum Mistake {
    CURRENT_KEY_THROWS(IllegalStateException.class),
    CURRENT_KEY_IS_NULL(NullPointerException.class),
    CURRENT_KEY_IS_NO_ID(IllegalArgumentException.class),
    KEY_THROWS(IllegalStateException.class);

    private final Class<? extends Throwable> thrown;

    Mistake(Class<? extends Throwable> thrown) {
      this.thrown = thrown;
    }
  }

  /** Keys that are wrong the first time. */
  private static final class Keys implements Encryption {
    private Mistake mistake;

    Keys(Mistake mistake) {
      this.mistake = mistake;
    }

    private boolean makes(Mistake expected) {
      boolean makes = mistake == expected;
      if (makes) {
        mistake = null;
      }
      return makes;
    }

    @Override
    public String currentKey() {
      if (makes(Mistake.CURRENT_KEY_THROWS)) {
        throw new IllegalStateException("secret");
      }
      if (makes(Mistake.CURRENT_KEY_IS_NULL)) {
        return null;
      }
      return makes(Mistake.CURRENT_KEY_IS_NO_ID) ? "secret, and no id" : "k1";
    }

    @Override
    public SecretKey key(String id) {
      if (makes(Mistake.KEY_THROWS)) {
        throw new IllegalStateException("secret");
      }
      return new SecretKeySpec(new byte[32], "AES");
    }
  }
}
