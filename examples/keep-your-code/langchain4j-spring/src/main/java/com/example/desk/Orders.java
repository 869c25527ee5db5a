package com.example.desk;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import org.springframework.stereotype.Component;

/** The shop's orders. */
@Component
public class Orders {
  @Tool("Says where an order is")
  public String find(@P("the order's number") String number) {
    return "order " + number + ": left on Monday, in Leipzig, due on Tuesday";
  }
}
