package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.resilientllm.internal.journal.file.Disk;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.journal.Journal;
import io.github.resilientllm.journal.JournalEntry;
import io.github.resilientllm.journal.JournalEntry.Kind;
import io.github.resilientllm.journal.JournalException;
import io.github.resilientllm.journal.JournalException.Reason;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.assertj.core.groups.Tuple;

/** A scenario with one fault at one step, and all that must hold afterwards. */
record CrashRun(Scenario scenario, Fault fault, int step, Ending ending, long seed) {

  /** What becomes of the process after the fault. */
  enum Ending {
    LIVE_ON,
    KILL,
    POWER_CUT;

    boolean canFollow(Fault fault) {
      return switch (fault) {
        case KILL -> this != LIVE_ON;
        case POWER_CUT -> this == POWER_CUT;
        default -> true;
      };
    }
  }

  /**
   * Runs it on a sound disk.
   *
   * @return whether the scenario had that many steps for the fault
   */
  boolean holds() {
    return holds(UnaryOperator.identity());
  }

  /** Runs it on a disk with a flaw. */
  boolean holds(UnaryOperator<Disk> flaw) {
    try {
      return run(new World(scenario.mode(), seed, flaw));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("%s: %s".formatted(this, e.getMessage()), e);
    }
  }

  private boolean run(World world) {
    scenario.prepare(world);
    world.strike(fault, step);
    try {
      scenario.run(world);
    } catch (JournalException e) {
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.FAILED);
      assertThat(world.wasStruck()).as("%s without a fault", e.getMessage()).isTrue();
    }
    boolean struck = world.wasStruck();
    world.disk().heal();
    end(world);
    Random random = CrashingDisk.random(seed);
    world.ledgers().forEach((id, ledger) -> check(world, id, random));
    return struck;
  }

  private void end(World world) {
    switch (ending) {
      case LIVE_ON -> {
        world.runTimers(); // pieces of answers are told of a little later
        world.ledgers().values().forEach(l -> assertThat(l.outstanding()).isZero());
        world.restart();
      }
      case KILL -> world.kill(seed);
      case POWER_CUT -> world.crash(seed);
    }
  }

  private void check(World world, String id, Random random) {
    Ledger ledger = world.ledgers().get(id);
    repairIfDamaged(world, id);
    List<JournalEntry> found = World.await(world.journal().read(id));
    ledger.check(found, ending == Ending.POWER_CUT);
    if (ledger.isBeingDeleted() && (found.isEmpty() || random.nextBoolean())) {
      world.delete(id);
      crash(world, random);
      found = World.await(world.journal().read(id));
      assertThat(found).as("deleted").isEmpty();
    }
    for (int left = 1 + random.nextInt(2); left > 0; left--) {
      ledger.ended(found);
      goOn(world, id, random);
      crash(world, random);
      found = World.await(world.journal().read(id));
      ledger.check(found, true);
    }
    assertThat(world.keepsWhatWasDamaged()).as("what was damaged was set aside").isTrue();
  }

  /** Without syncs a cut may take all; nothing is promised then. */
  private void crash(World world, Random random) {
    if (scenario.mode() == Mode.NONE) {
      world.kill(random.nextLong());
    } else {
      world.crash(random.nextLong());
    }
  }

  private static void repairIfDamaged(World world, String id) {
    try {
      World.await(world.journal().read(id));
    } catch (JournalException e) {
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.DAMAGED);
      assertThat(world.wasDamaged()).as(e.getMessage()).isTrue();
      world.repair(id);
    }
  }

  private static void goOn(World world, String id, Random random) {
    world.open(id);
    if (random.nextBoolean()) {
      world.append(id, Kind.PROGRESS, random.nextInt(700));
      world.append(id, Kind.ASKED, random.nextInt(700));
      assertThat(world.ledgers().get(id).isRefused()).as("refused by a sound disk").isFalse();
    }
    if (random.nextBoolean()) {
      checkListing(world, id);
    }
    if (random.nextBoolean()) {
      world.close(id);
    }
  }

  private static void checkListing(World world, String id) {
    List<JournalEntry> found = World.await(world.journal().read(id));
    assertThat(world.journal().verify(id).problems()).isEmpty();
    assertThat(
            World.await(world.journal().list()).stream().filter(l -> l.conversation().equals(id)))
        .extracting(Journal.Head::lastSequence, Journal.Head::state)
        .containsExactlyElementsOf(
            found.isEmpty() ? List.of() : List.of(listed(found.get(found.size() - 1))));
  }

  private static Tuple listed(JournalEntry last) {
    return tuple(last.sequence(), last.stateAfter());
  }
}
