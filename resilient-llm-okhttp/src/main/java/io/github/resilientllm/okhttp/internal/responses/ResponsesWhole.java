package io.github.resilientllm.okhttp.internal.responses;

import com.fasterxml.jackson.core.JsonParser;
import io.github.resilientllm.okhttp.internal.head.ResponseHead;
import io.github.resilientllm.okhttp.internal.json.MalformedAnswer;
import io.github.resilientllm.okhttp.internal.stream.WholeAnswer;
import io.github.resilientllm.provider.ProviderException;
import java.io.IOException;

/** A response that arrives as one JSON object. */
final class ResponsesWhole implements WholeAnswer.Reader {
  private final ResponsesProtocol protocol;
  private final ResponseHead head;
  private final ResponsesAnswer answer;
  private final ResponsesEvents response;

  /**
   * Reads on into an answer that may have begun.
   *
   * @param response reads into the answer
   */
  ResponsesWhole(
      ResponsesProtocol protocol,
      ResponseHead head,
      ResponsesAnswer answer,
      ResponsesEvents response) {
    this.protocol = protocol;
    this.head = head;
    this.answer = answer;
    this.response = response;
  }

  @Override
  public void read(JsonParser parser) throws IOException, ProviderException {
    protocol.check(head, response.whole(parser), answer);
    if (!response.hasOutput()) {
      throw new MalformedAnswer(
          "the answer has no output; does the base URL belong to a Responses API server?");
    }
    if (answer.status().equals("in_progress") || answer.status().equals("queued")) {
      throw new MalformedAnswer("the answer is not finished: its status is " + answer.status());
    }
  }
}
