package io.github.resilientllm.benchmarks.load;

/**
 * Somebody who takes part.
 *
 * @param name as the table has it
 * @param type the class of the contestant
 * @param peer the module whose class path it needs, or an empty text for this jar
 * @param options what it is told
 */
record Contender(String name, String type, String peer, String options) {
  private static final String OWN = "io.github.resilientllm.benchmarks.load.contestants.";
  private static final String PEERS = "io.github.resilientllm.benchmarks.peers.";

  static final Contender RAW = own("raw", "Raw");
  static final Contender FAILSAFE = own("raw + Failsafe", "RawFailsafe");
  static final Contender RESILIENCE4J = own("raw + Resilience4j", "RawResilience4j");
  static final Contender OPENAI_JAVA =
      new Contender("openai-java", PEERS + "openaijava.OpenAiJava", "openai-java", "");
  static final Contender LANGCHAIN4J =
      new Contender("LangChain4j", PEERS + "langchain4j.LangChain4j", "langchain4j", "");
  static final Contender SPRING_AI =
      new Contender("Spring AI", PEERS + "springai.SpringAi", "spring-ai", "");

  /** By its defaults: no hedges. */
  static final Contender RESILIENT = own("resilient-llm", "Resilient");

  /** With every policy on. */
  static final Contender HEDGING =
      RESILIENT.with("hedges=1").named("resilient-llm, hedging");

  private static Contender own(String name, String type) {
    return new Contender(name, OWN + type, "", "");
  }

  Contender with(String option) {
    return new Contender(name, type, peer, (options + " " + option).strip());
  }

  Contender named(String other) {
    return new Contender(other, type, peer, options);
  }
}
