package io.github.resilientllm.okhttp.internal.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What ends a block of reasoning and goes back with it: a signature, or the reasoning itself in a
 * form that only the model reads. Bedrock has models of several makers, who cannot read each
 * other's; so it names the maker.
 *
 * @param signature null if the reasoning is redacted
 * @param redacted in base64; null if there is a signature
 */
record BedrockSignature(String maker, @Nullable String signature, @Nullable String redacted) {

  /** The text that is kept with the reasoning. */
  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("maker", maker);
      if (signature != null) {
        json.writeStringField("signature", signature);
      }
      if (redacted != null) {
        json.writeStringField("redactedContent", redacted);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: memory does not fail
    }
    return text.toString();
  }

  /** What {@link #toJson()} gave; null for any other text. */
  static @Nullable BedrockSignature parse(String text) {
    String maker = "";
    String signature = null;
    String redacted = null;
    try (JsonParser parser = Json.FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      for (Fields fields = Fields.of(parser); fields.next(); ) {
        switch (fields.name()) {
          case "maker" -> maker = Objects.requireNonNullElse(Json.string(parser), "");
          case "signature" -> signature = Json.string(parser);
          case "redactedContent" -> redacted = Json.string(parser);
        }
      }
    } catch (IOException e) {
      return null;
    }
    boolean isWhole = (signature == null) != (redacted == null);
    return isWhole ? new BedrockSignature(maker, signature, redacted) : null;
  }

  /** Says whose it is, not what. */
  @Override
  public String toString() {
    return "BedrockSignature[" + maker + "]";
  }
}
