package io.github.resilientllm.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One connection to a vendor: requests are read and answered in turn. One thread. */
final class Connection implements Runnable {
  private static final int BATCH = 16; // chunks without a gap that leave in one write
  private static final long LONGEST_STALL = 30_000_000_000L;

  /** Looking whether the client is still there takes one millisecond, which is part of the wait. */
  private static final long LOOK = 2_000_000L;

  private final Socket socket;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final Requests requests;
  private final OutputStream out;

  Connection(Socket socket, Ledger ledger, SplittableRandom random) throws IOException {
    this.socket = socket;
    this.ledger = ledger;
    this.random = random;
    this.requests = new Requests(socket);
    this.out = socket.getOutputStream();
    socket.setTcpNoDelay(true);
  }

  @Override
  public void run() {
    try (socket) {
      String distribution = requests.read();
      while (distribution != null && answer(distribution)) {
        distribution = requests.read();
      }
    } catch (IOException e) {
      ledger.cancelled(); // it went away while it was read from or written to
    }
  }

  /** Answers; false if the connection is over. */
  private boolean answer(String distribution) throws IOException {
    long call = requests.callNumber();
    Behaviour behaviour = Behaviour.draw(distribution, random);
    if (ledger.arrived(call, System.nanoTime())) {
      out.write(Answers.SERVER_ERROR);
      return true;
    }
    long latency = (long) (behaviour.latencyMillis() * 1e6);
    long due = System.nanoTime() + latency;
    if (latency >= LOOK) {
      parkUntil(due - LOOK);
      if (requests.isGone()) {
        ledger.cancelled();
        return false;
      }
    }
    parkUntil(due);
    boolean isAdmitted = ledger.admits(distribution, System.nanoTime());
    switch (isAdmitted ? behaviour.fault() : Behaviour.Fault.RATE_LIMIT) {
      case SERVER_ERROR -> {
        out.write(Answers.SERVER_ERROR);
        return true;
      }
      case RATE_LIMIT -> {
        ledger.refused(call, System.nanoTime() + 1_000_000_000L);
        out.write(Answers.RATE_LIMIT);
        return true;
      }
      case RESET -> {
        socket.setSoLinger(true, 0);
        return false;
      }
      default -> {
        return requests.isStreaming() ? stream(behaviour) : whole(behaviour);
      }
    }
  }

  private boolean whole(Behaviour behaviour) throws IOException {
    byte[] answer = Answers.whole(behaviour.chunks());
    boolean complete = behaviour.fault() == Behaviour.Fault.NONE;
    out.write(answer, 0, complete ? answer.length : answer.length / 2);
    return complete;
  }

  private boolean stream(Behaviour behaviour) throws IOException {
    boolean complete = behaviour.fault() == Behaviour.Fault.NONE;
    int chunks = complete ? behaviour.chunks() : behaviour.chunks() / 2;
    out.write(Answers.STREAM_HEAD);
    byte[] batch = new byte[Answers.CHUNK.length * BATCH];
    int batched = 0;
    long due = System.nanoTime();
    for (int i = 0; i < chunks; i++) {
      System.arraycopy(Answers.CHUNK, 0, batch, batched, Answers.CHUNK.length);
      batched += Answers.CHUNK.length;
      if (i == 0 || batched == batch.length || behaviour.gapMillis() > 0 || i == chunks - 1) {
        out.write(batch, 0, batched);
        batched = 0;
      }
      due += behaviour.gapMillis() * 1_000_000L; // a late chunk does not make the next one late
      parkUntil(due);
    }
    switch (behaviour.fault()) {
      case CUT -> {
        return false;
      }
      case STALL -> {
        stall();
        return false;
      }
      case ERROR_EVENT -> out.write(Answers.ERROR_EVENT);
      case NO_FINISH -> {}
      default -> out.write(Answers.FINISH);
    }
    out.write(Answers.END_OF_BODY);
    return true;
  }

  /** Says nothing more until the client goes. */
  private void stall() throws IOException {
    long until = System.nanoTime() + LONGEST_STALL;
    while (System.nanoTime() < until) {
      if (requests.isGone()) {
        ledger.cancelled();
        return;
      }
      park(10_000_000);
    }
  }

  private static void park(long nanos) {
    parkUntil(System.nanoTime() + nanos);
  }

  private static void parkUntil(long instant) {
    for (long left = instant - System.nanoTime(); left > 0; left = instant - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
