package io.github.resilientllm.examples.desk;

import io.github.resilientllm.spring.LlmAnswerEvent;
import io.github.resilientllm.spring.LlmSse;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** What the page asks for. A POST takes JSON only, which no form of another site can send. */
@RestController
@RequestMapping("/api/tickets/{ticket}")
class TicketController {
  private static final Pattern TICKET = Pattern.compile("[a-z0-9-]{1,40}");

  private final Agent agent;
  private final Triage triage;
  private final LlmSse answers;

  TicketController(Agent agent, Triage triage, LlmSse answers) {
    this.agent = agent;
    this.triage = triage;
    this.answers = answers;
  }

  /** The conversation so far, as its journal has it. */
  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  String show(@PathVariable String ticket) {
    return agent.conversation(checked(ticket)).export();
  }

  /** Answers a question as a stream of {@link LlmAnswerEvent}s. */
  @PostMapping(path = "/questions", consumes = MediaType.APPLICATION_JSON_VALUE)
  SseEmitter ask(@PathVariable String ticket, @RequestBody Question question) {
    return answers.send(agent.answer(checked(ticket), question));
  }

  /** Goes on with the question that was not answered. */
  @PostMapping(path = "/resume", consumes = MediaType.APPLICATION_JSON_VALUE)
  SseEmitter resume(@PathVariable String ticket) {
    if (agent.conversation(checked(ticket)).unanswered().isEmpty()) {
      throw new ResponseStatusException(HttpStatus.CONFLICT, "Every question has its answer");
    }
    return answers.send(agent.resume(ticket));
  }

  /** Says what a question is about. */
  @PostMapping(path = "/label", consumes = MediaType.APPLICATION_JSON_VALUE)
  Triage.Label label(@PathVariable String ticket, @RequestBody Question question) {
    checked(ticket);
    return triage.label(question.text());
  }

  private static String checked(String ticket) {
    if (!TICKET.matcher(ticket).matches()) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such ticket");
    }
    return ticket;
  }
}
