package com.example.desk;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/** The shop's orders. */
@Component
public class Orders {

  @Tool(description = "Says where an order is")
  String find(String number) {
    return "order " + number + ": left on Monday, in Leipzig, due on Tuesday";
  }
}
