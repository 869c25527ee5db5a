package io.github.resilientllm.examples.vendor;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.time.Duration;
import java.util.List;

/** Turns what a {@link Behaviour} decides into what WireMock sends. */
final class BehaviourTransformer implements ResponseDefinitionTransformerV2 {
  private final Behaviour behaviour;

  BehaviourTransformer(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  @Override
  public String getName() {
    return "behaviour";
  }

  @Override
  public ResponseDefinition transform(ServeEvent event) {
    String url = event.getRequest().getUrl();
    String path = url.contains("?") ? url.substring(0, url.indexOf('?')) : url;
    Wire wire = Wire.of(path);
    Question question = wire.read(path, event.getRequest().getBodyAsString());
    Reply reply = behaviour.reply(question);
    if (reply instanceof Reply.Answer answer) {
      return question.streaming() ? stream(wire, question, answer) : whole(wire, question, answer);
    }
    if (reply instanceof Reply.ToolUse use) {
      return question.streaming()
          ? ok("text/event-stream", wire.callEvents(question, use)).build()
          : ok("application/json", wire.call(question, use)).build();
    }
    if (reply instanceof Reply.Refusal refusal) {
      return refuse(wire, refusal);
    }
    return new ResponseDefinitionBuilder().withFault(Fault.CONNECTION_RESET_BY_PEER).build();
  }

  private static ResponseDefinition whole(Wire wire, Question question, Reply.Answer answer) {
    return ok("application/json", wire.answer(question, answer.text()))
        .withFixedDelay(millis(answer.after()))
        .build();
  }

  private static ResponseDefinition stream(Wire wire, Question question, Reply.Answer answer) {
    List<String> words = Prose.words(answer.text());
    int sent = Math.min(words.size(), answer.words());
    ResponseDefinitionBuilder response =
        ok("text/event-stream", wire.events(question, words, sent))
            .withFixedDelay(millis(answer.after()));
    if (sent > 0 && !answer.perWord().isZero()) {
      response.withChunkedDribbleDelay(sent, millis(answer.perWord().multipliedBy(sent)));
    }
    return response.build();
  }

  private static ResponseDefinitionBuilder ok(String type, String body) {
    return new ResponseDefinitionBuilder()
        .withStatus(200)
        .withHeader("Content-Type", type)
        .withBody(body);
  }

  private static ResponseDefinition refuse(Wire wire, Reply.Refusal refusal) {
    ResponseDefinitionBuilder response =
        new ResponseDefinitionBuilder()
            .withStatus(refusal.status())
            .withHeader("Content-Type", "application/json")
            .withBody(wire.error(refusal));
    if (refusal.retryAfterSeconds() > 0) {
      response.withHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    return response.build();
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
