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
    Question question = Question.read(event.getRequest().getBodyAsString());
    Reply reply = behaviour.reply(question);
    if (reply instanceof Reply.Answer answer) {
      return question.streaming() ? stream(question, answer) : whole(question, answer);
    }
    if (reply instanceof Reply.Refusal refusal) {
      return refuse(refusal);
    }
    return new ResponseDefinitionBuilder().withFault(Fault.CONNECTION_RESET_BY_PEER).build();
  }

  private static ResponseDefinition whole(Question question, Reply.Answer answer) {
    return new ResponseDefinitionBuilder()
        .withStatus(200)
        .withHeader("Content-Type", "application/json")
        .withFixedDelay(millis(answer.after()))
        .withBody(Wire.answer(question, answer.text()))
        .build();
  }

  private static ResponseDefinition stream(Question question, Reply.Answer answer) {
    List<String> words = Prose.words(answer.text());
    int sent = Math.min(words.size(), answer.words());
    ResponseDefinitionBuilder response =
        new ResponseDefinitionBuilder()
            .withStatus(200)
            .withHeader("Content-Type", "text/event-stream")
            .withFixedDelay(millis(answer.after()))
            .withBody(Wire.events(question, words, sent));
    if (sent > 0 && !answer.perWord().isZero()) {
      response.withChunkedDribbleDelay(sent, millis(answer.perWord().multipliedBy(sent)));
    }
    return response.build();
  }

  private static ResponseDefinition refuse(Reply.Refusal refusal) {
    ResponseDefinitionBuilder response =
        new ResponseDefinitionBuilder()
            .withStatus(refusal.status())
            .withHeader("Content-Type", "application/json")
            .withBody(Wire.error(refusal));
    if (refusal.retryAfterSeconds() > 0) {
      response.withHeader("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
    }
    return response.build();
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
