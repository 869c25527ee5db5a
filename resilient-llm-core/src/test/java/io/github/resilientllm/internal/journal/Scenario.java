package io.github.resilientllm.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilientllm.internal.journal.Fault.Step;
import io.github.resilientllm.internal.journal.file.SyncRule.Mode;
import io.github.resilientllm.journal.JournalEntry.Kind;

/** Something that is done with a journal while a fault strikes at one of its steps. */
enum Scenario {
  CREATION {
    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.ASKED, 40);
      world.append("one", Kind.ANSWERED, 900);
    }
  },
  TURNS_WITH_PROGRESS {
    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 4);
      world.passTime();
      world.turn("one", 3);
      world.append("one", Kind.ASKED, 30);
      world.append("one", Kind.ATTEMPT, 10);
      world.append("one", Kind.PROGRESS, 700);
      world.passTime();
      world.append("one", Kind.PROGRESS, 300);
      world.append("one", Kind.FAILED, 20);
      world.append("one", Kind.DISCARDED, 0);
    }
  },
  MUCH_PROGRESS {
    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.ASKED, 10);
      for (int i = 0; i < 8; i++) {
        world.append("one", Kind.PROGRESS, 5_000);
      }
    }
  },
  GROUP_COMMIT {
    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.ASKED, 100);
      for (int i = 0; i < 3; i++) {
        world.meanwhile(Step.WRITE, 5, "one", Kind.TOOL_RESULT);
        world.append("one", Kind.TOOL_RESULT, 300);
        world.meanwhile(Step.FORCE, 4, "one", Kind.PROGRESS);
        world.append("one", Kind.TOOL_RESULT, 300);
      }
    }
  },
  SEVERAL_TOGETHER {
    @Override
    void run(World world) {
      world.open("one");
      world.appendTogether("one", Kind.SYSTEM, Kind.SUMMARY, Kind.ASKED);
      world.append("one", Kind.ANSWERED, 10);
      world.appendTogether("one", Kind.SYSTEM, Kind.ASKED);
      world.append("one", Kind.PROGRESS, 10);
      world.appendTogether("one", Kind.ANSWERED, Kind.ASKED, Kind.ATTEMPT);
    }
  },
  CLOSING_AND_REOPENING {
    @Override
    void run(World world) {
      for (int i = 0; i < 3; i++) {
        world.open("one");
        world.turn("one", 2);
        world.close("one");
        world.open("one");
        world.append("one", Kind.PROGRESS, 50);
        world.close("one");
        world.restart();
      }
    }
  },
  RECOVERY_OF_A_TORN_END {
    @Override
    void prepare(World world) {
      world.open("one");
      world.turn("one", 2);
      world.append("one", Kind.ASKED, 200);
      world.append("one", Kind.PROGRESS, 900);
      world.dieInTheMiddleOfALine("one");
    }

    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.ANSWERED, 100);
    }
  },
  SETTLING_WHAT_IS_IN_DOUBT {
    @Override
    void prepare(World world) {
      world.open("one");
      world.turn("one", 1);
      world.append("one", Kind.ASKED, 10);
      world.append("one", Kind.PROGRESS, 700);
      world.append("one", Kind.PROGRESS, 600);
      world.kill(1);
    }

    @Override
    void run(World world) {
      world.open("one");
      world.close("one");
      world.open("one");
      world.append("one", Kind.PROGRESS, 100);
      world.append("one", Kind.ANSWERED, 100);
    }
  },
  REOPENING_AFTER_A_FAILED_FORCE {
    @Override
    void prepare(World world) {
      world.open("one");
      world.append("one", Kind.ASKED, 600);
      world.disk().strike(Fault.LOST_AT_FORCE, 1);
      world.append("one", Kind.ANSWERED, 1_200);
      world.disk().heal();
      world.close("one");
    }

    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.TOOL_RESULT, 10);
    }
  },
  COMPACTION {
    @Override
    void prepare(World world) {
      world.open("one");
      world.turn("one", 4);
      world.turn("one", 4);
      world.append("one", Kind.ASKED, 10);
      world.append("one", Kind.PROGRESS, 600);
      world.close("one");
    }

    @Override
    void run(World world) {
      world.compact("one");
      world.open("one");
      world.append("one", Kind.ANSWERED, 10);
      world.close("one");
      world.compact("one");
    }
  },
  DELETION {
    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 2);
      world.close("one");
      world.delete("one");
      world.open("one");
      world.append("one", Kind.ASKED, 10);
      world.close("one");
      world.delete("one");
    }
  },
  REPAIR {
    @Override
    void prepare(World world) {
      world.open("one");
      world.turn("one", 2);
      world.turn("one", 1);
      world.close("one");
      world.damage("one", 3);
    }

    @Override
    void run(World world) {
      world.repair("one");
      world.open("one");
      world.append("one", Kind.ASKED, 10);
    }
  },
  ENCRYPTION {
    @Override
    void prepare(World world) {
      world.encrypt();
    }

    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 2);
      world.restart();
      world.open("one");
      world.turn("one", 1);
    }
  },
  TWO_LOGS {
    @Override
    void run(World world) {
      world.open("one");
      world.open("two");
      for (int i = 0; i < 3; i++) {
        world.append("one", Kind.ASKED, 100);
        world.append("two", Kind.ASKED, 600);
        world.append("one", Kind.PROGRESS, 100);
        world.append("two", Kind.ANSWERED, 10);
        world.append("one", Kind.ANSWERED, 400);
      }
      world.close("two");
      world.append("one", Kind.SUMMARY, 10);
    }
  },
  TWO_PROCESSES {
    @Override
    void run(World world) {
      world.open("one");
      world.append("one", Kind.ASKED, 10);
      World.await(world.journal().list());
      assertThat(world.isLockedForOthers("one")).isTrue();
      world.append("one", Kind.ANSWERED, 10);
      assertThat(world.isLockedForOthers("one")).isTrue();
      world.close("one");
      world.handOver();
      world.open("one");
      world.append("one", Kind.ASKED, 10);
    }
  },
  EVERY_EVENT {
    @Override
    Mode mode() {
      return Mode.EVERY_EVENT;
    }

    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 4);
    }
  },
  INTERVAL {
    @Override
    Mode mode() {
      return Mode.INTERVAL;
    }

    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 1);
      world.passTime();
      world.turn("one", 1);
      world.passTime();
      world.append("one", Kind.ASKED, 1);
    }
  },
  NO_SYNC {
    @Override
    Mode mode() {
      return Mode.NONE;
    }

    @Override
    void run(World world) {
      world.open("one");
      world.turn("one", 2);
      world.restart();
      world.open("one");
      world.turn("one", 2);
    }
  };

  /** What is there before; no fault strikes at it. */
  void prepare(World world) {}

  abstract void run(World world);

  Mode mode() {
    return Mode.BOUNDARY;
  }
}
