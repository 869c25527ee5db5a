package io.github.resilientllm.okhttp.internal.stream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.resilientllm.chat.TokenLogprob;
import io.github.resilientllm.okhttp.internal.json.Fields;
import io.github.resilientllm.okhttp.internal.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How likely tokens were, as they come: OpenAI tells each with its alternatives, Gemini all that
 * were chosen beside all that might have been. Used by one thread.
 */
public final class Logprobs {
  private final List<TokenLogprob> chosen = new ArrayList<>();
  private final List<List<TokenLogprob>> alternatives = new ArrayList<>();

  /**
   * Reads one more piece, the value that the parser stands on; what is no such thing is skipped.
   */
  public void read(JsonParser parser) throws IOException {
    int before = chosen.size();
    while (alternatives.size() < before) {
      alternatives.add(List.of());
    }
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      switch (fields.name()) {
        case "content", "chosenCandidates" -> chosen.addAll(tokens(parser));
        case "topCandidates" -> places(parser);
      }
    }
  }

  /** All so far, in order. */
  public List<TokenLogprob> all() {
    List<TokenLogprob> all = new ArrayList<>(chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      TokenLogprob token = chosen.get(i);
      boolean isApart = i < alternatives.size() && !alternatives.get(i).isEmpty();
      all.add(
          isApart ? new TokenLogprob(token.token(), token.logprob(), alternatives.get(i)) : token);
    }
    return all;
  }

  private void places(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      List<TokenLogprob> place = List.of();
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        continue;
      }
      for (Fields fields = Fields.of(parser); fields.next(); ) {
        if (fields.name().equals("candidates")) {
          place = tokens(parser);
        }
      }
      alternatives.add(place);
    }
  }

  private static List<TokenLogprob> tokens(JsonParser parser) throws IOException {
    List<TokenLogprob> tokens = new ArrayList<>();
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return tokens;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        tokens.add(token(parser));
      } else {
        parser.skipChildren();
      }
    }
    return tokens;
  }

  private static TokenLogprob token(JsonParser parser) throws IOException {
    String text = "";
    double logprob = 0;
    List<TokenLogprob> others = List.of();
    for (Fields fields = Fields.of(parser); fields.next(); ) {
      JsonToken value = parser.currentToken();
      switch (fields.name()) {
        case "token" -> {
          String said = Json.string(parser);
          text = said == null ? "" : said;
        }
        case "logprob", "logProbability" -> {
          if (value.isNumeric()) {
            logprob = parser.getDoubleValue();
          }
        }
        case "top_logprobs" -> others = tokens(parser);
      }
    }
    return new TokenLogprob(text, logprob, others);
  }
}
