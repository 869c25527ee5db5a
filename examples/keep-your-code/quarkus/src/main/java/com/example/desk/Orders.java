package com.example.desk;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import jakarta.enterprise.context.ApplicationScoped;

/** The shop's orders. */
@ApplicationScoped
public class Orders {
  @Tool("Says where an order is")
  public String find(@P("the order's number") String number) {
    return "order " + number + ": left on Monday, in Leipzig, due on Tuesday";
  }
}
