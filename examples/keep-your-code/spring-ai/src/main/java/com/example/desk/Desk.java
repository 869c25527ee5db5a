package com.example.desk;

import io.github.resilientllm.examples.rehearsal.Rehearsal;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A support desk: each line of the console is a question in one chat. */
@SpringBootApplication
public class Desk {

  public static void main(String[] args) {
    Rehearsal.of(args); // vendors on this machine, if --outage=... says so
    SpringApplication.run(Desk.class, args);
  }

  @Bean
  CommandLineRunner console(Support support) {
    return args -> {
      BufferedReader console =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = console.readLine(); line != null; line = console.readLine()) {
        try {
          support.answer("console", line).doOnNext(System.out::print).blockLast();
          System.out.println();
        } catch (RuntimeException e) {
          System.out.println(" [" + e.getMessage() + "]");
        }
      }
    };
  }
}
