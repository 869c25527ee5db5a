package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilientllm.internal.journal.Fault.Step;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process that died left visible and not durable is not relied on by the next one. */
class DurableNamesTest {
  private static final int CUTS = 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aFileIsNotWrittenBeforeItsNameIsDurable(long seed) {
    for (int cut = 0; cut < CUTS; cut++) {
      World world = world(seed);
      world.open("one");
      dieAt(Step.SYNC_DIRECTORY, world);
      world.append("one", Kind.ASKED, 10);
      world.kill(seed);

      world.open("one");
      world.append("one", Kind.ASKED, 10);

      world.crash(cut);
      world.ledgers().get("one").check(World.await(world.journal().read("one")), true);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aConversationThatIsNotThereIsDeletedForGood(long seed) {
    for (int cut = 0; cut < CUTS; cut++) {
      World world = world(seed);
      world.open("one");
      world.append("one", Kind.ASKED, 10);
      world.close("one");
      dieAt(Step.SYNC_DIRECTORY, world);
      assertThatThrownBy(() -> world.delete("one")).isInstanceOf(JournalException.class);
      world.kill(seed);

      world.delete("one");

      world.crash(cut);
      assertThat(World.await(world.journal().read("one"))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aDirectoryIsNotUsedBeforeItsNameIsDurable(long seed) {
    for (int cut = 0; cut < CUTS; cut++) {
      World world = world(seed);
      dieAt(Step.MAKE_DIRECTORY, world);
      assertThatThrownBy(() -> world.open("one")).isInstanceOf(JournalException.class);
      world.kill(seed);

      world.open("one");
      world.append("one", Kind.ASKED, 10);

      world.crash(cut);
      world.ledgers().get("one").check(World.await(world.journal().read("one")), true);
    }
  }

  private static World world(long seed) {
    return new World(Mode.BOUNDARY, seed, UnaryOperator.identity());
  }

  private static void dieAt(Step step, World world) {
    world.disk().during(step, () -> world.disk().strike(Fault.KILL, 1));
  }
}
