package io.github.resilientllm.okhttp.internal.openai;

import io.github.resilientllm.okhttp.internal.history.ToolIds;
import io.github.resilientllm.okhttp.internal.models.OpenAiModel;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What sets one OpenAI-shaped server apart from the next, as data: code asks a trait, never who the
 * vendor is. Filled in where it is made, not changed after.
 */
public final class Traits {

  /** Which images a server takes. */
  public enum Images {
    NONE,
    BYTES,
    BYTES_AND_URLS
  }

  /** Where a server wants to be told how much to think. */
  public enum Effort {
    /** {@code reasoning_effort: "low"}. */
    FLAT,
    /** {@code reasoning: {effort: "low"}}. */
    NESTED,
    /** {@code thinking: {type: "enabled"}}. */
    THINKING_SWITCH
  }

  public final String vendor;
  public @Nullable String baseUrl;
  public boolean needsKey;
  String maxTokensField = "max_tokens"; // known to every server but OpenAI's reasoning models
  String requiredToolWord = "required";
  @Nullable String seedField = "seed";
  @Nullable String reasoningEcho;
  boolean echoesDetails;
  public boolean sealsThoughts;
  Images images = Images.BYTES_AND_URLS;
  boolean takesFiles;
  boolean takesAudio;
  boolean tellsLogprobs;
  Effort effort = Effort.FLAT;
  boolean asksForUsage = true;
  public boolean asksForNoObfuscation;
  boolean takesMetadata;
  boolean storesMetadata;
  Function<String, OpenAiModel> models = name -> OpenAiModel.UNKNOWN;
  public boolean wantsClosedSchemas;
  Pattern schemaModels = Pattern.compile(".*");
  Pattern stoplessModels = Pattern.compile("");
  public boolean takesParallelCalls = true;
  boolean obeysToolChoice = true;
  ToolIds.Form toolIds = ToolIds.Form.ANY;
  boolean wantsPrefixFlag;
  boolean takesUserAfterTool = true;

  private Traits(String vendor) {
    this.vendor = vendor;
  }

  public static Traits of(String vendor) {
    return new Traits(vendor);
  }

  /** The vendor's public address, where nothing is served without a key. */
  public Traits at(String url) {
    baseUrl = url;
    needsKey = true;
    return this;
  }

  /** The address on the user's own machine, where a key is optional. */
  public Traits atLocal(String url) {
    baseUrl = url;
    return this;
  }

  public Traits maxTokensField(String name) {
    maxTokensField = name;
    return this;
  }

  /** The word for "call some tool". */
  public Traits requiredToolWord(String word) {
    requiredToolWord = word;
    return this;
  }

  /** The field of the seed; null where there is none. */
  public Traits seedField(@Nullable String name) {
    seedField = name;
    return this;
  }

  /** The field of an earlier answer in which the server wants its own reasoning back. */
  public Traits reasoningEcho(String name) {
    reasoningEcho = name;
    return this;
  }

  /** The server wants the details of its models' reasoning back. */
  public Traits reasoningDetails() {
    echoesDetails = true;
    return this;
  }

  /** Thoughts of a response come encrypted on demand, to be sent back. */
  public Traits sealedThoughts() {
    sealsThoughts = true;
    return this;
  }

  public Traits images(Images which) {
    images = which;
    return this;
  }

  /** It tells how likely the tokens of an answer were. */
  public Traits logprobs() {
    tellsLogprobs = true;
    return this;
  }

  /** It takes PDFs. */
  public Traits files() {
    takesFiles = true;
    return this;
  }

  /** It takes sounds, at least with some models. */
  public Traits audio() {
    takesAudio = true;
    return this;
  }

  public Traits effort(Effort how) {
    effort = how;
    return this;
  }

  /** Usage comes without {@code stream_options}, which the server may even refuse. */
  public Traits usageAlwaysSent() {
    asksForUsage = false;
    return this;
  }

  /** Streams are padded with random text against eavesdroppers unless told otherwise. */
  public Traits withoutObfuscation() {
    asksForNoObfuscation = true;
    return this;
  }

  /** Metadata is kept with what is stored, and refused beside what is not. */
  public Traits metadataOfStored() {
    takesMetadata = true;
    storesMetadata = true;
    return this;
  }

  /** What OpenAI's models can do is known by their names. */
  public Traits openAisModels() {
    return models(OpenAiModel::of);
  }

  /** What the server's models can do is known by their names. */
  public Traits models(Function<String, OpenAiModel> byName) {
    models = byName;
    return this;
  }

  /** Models with such names refuse texts to stop at. */
  public Traits noStopsFor(String names) {
    stoplessModels = Pattern.compile(names);
    return this;
  }

  /** The server refuses to be told whether calls may come side by side. */
  public Traits noParallelSwitch() {
    takesParallelCalls = false;
    return this;
  }

  /** A strict schema must be closed and require all its properties. */
  public Traits closedSchemas() {
    wantsClosedSchemas = true;
    return this;
  }

  /** Only models with such names are held to a schema; none if it is empty. */
  public Traits schemasOnly(String names) {
    schemaModels = Pattern.compile(names);
    return this;
  }

  /** What is known of a model. */
  public OpenAiModel model(String name) {
    return models.apply(name);
  }

  /** The server never forces a tool call, whatever it is asked. */
  public Traits ignoresToolChoice() {
    obeysToolChoice = false;
    return this;
  }

  /** Tool call ids must be nine letters and digits. */
  public Traits shortToolIds() {
    toolIds = ToolIds.Form.NINE;
    return this;
  }

  /** An answer to be continued must be marked with {@code prefix: true}. */
  public Traits prefixFlag() {
    wantsPrefixFlag = true;
    return this;
  }

  /** A user message must not follow a tool's result. */
  public Traits noUserAfterTool() {
    takesUserAfterTool = false;
    return this;
  }
}
