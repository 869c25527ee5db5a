package io.github.resilientllm.startup.plain;

import io.github.resilientllm.startup.Started;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A web application with a controller, a service and a proxy of a class, as most have one. */
@SpringBootApplication
public class Shop {

  /** Starts it, says what that took and ends it. */
  public static void main(String[] args) {
    Started.say(SpringApplication.run(Shop.class, args));
  }

  /** Answers as it is written. */
  @Service
  static class Desk {
    String answer(String question) {
      return "We have no answer to " + question;
    }
  }

  /** Who asks. */
  @RestController
  static class Counter {
    private final Desk desk;

    Counter(@Lazy Desk desk) {
      this.desk = desk;
    }

    @GetMapping("/answer")
    String answer(String question) {
      return desk.answer(question);
    }
  }
}
