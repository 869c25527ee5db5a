package com.example.desk;

import io.github.resilientllm.examples.rehearsal.Rehearsal;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A support desk: each line of the console is a question in one chat. */
@QuarkusMain
public class Desk implements QuarkusApplication {
  @Inject Assistant assistant;

  public static void main(String... args) {
    Rehearsal.of(args); // vendors on this machine, if --outage=... says so
    Quarkus.run(Desk.class, args);
  }

  @Override
  @ActivateRequestContext
  public int run(String... args) throws IOException {
    BufferedReader console =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = console.readLine(); line != null; line = console.readLine()) {
      try {
        assistant
            .answer("console", line)
            .onItem()
            .invoke(System.out::print)
            .collect()
            .last()
            .await()
            .indefinitely();
        System.out.println();
      } catch (RuntimeException e) {
        System.out.println(" [" + e.getMessage() + "]");
      }
    }
    return 0;
  }
}
