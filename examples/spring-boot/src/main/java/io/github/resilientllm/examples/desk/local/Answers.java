package io.github.resilientllm.examples.desk.local;

import io.github.resilientllm.test.vendor.Json;
import io.github.resilientllm.test.vendor.Prose;
import io.github.resilientllm.test.vendor.Question;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the local vendors know about running a web shop. Both know the same. */
final class Answers {
  private static final int WORDS = 60;
  private static final String CLASSIFY = "Classify this question";

  private static final List<Topic> TOPICS =
      List.of(
          new Topic(
              "DELIVERY",
              List.of("parcel", "deliver", "shipping", "package", "order", "arrive"),
              "I am sorry that you have to wait. Parcels leave our warehouse within one working day"
                  + " and take two to three days from there; at weekends nothing moves. The link in"
                  + " the mail that we sent you shows where yours is. If it has not moved for three"
                  + " days, tell me your order's number here, and I will ask the carrier and send"
                  + " you a new one if it is lost. You pay nothing for that."),
          new Topic(
              "REFUND",
              List.of("refund", "return", "money", "back", "broken", "damaged"),
              "Of course you can send it back. You have thirty days from delivery, and it does not"
                  + " matter why. Print the label under My orders, put it on any box and hand it in"
                  + " wherever parcels are taken. Your money is on its way to you as soon as the"
                  + " box is scanned, and it takes three to five working days to arrive. If it came"
                  + " broken, keep a picture of it; then we also pay for the way back."),
          new Topic(
              "ACCOUNT",
              List.of("password", "login", "account", "sign", "mail address", "locked"),
              "That is quickly done. Choose Forgot password where you sign in, and we send you a"
                  + " link that works for one hour. If no mail comes, look among the unwanted ones"
                  + " first, and then check whether you signed up with another address. After five"
                  + " wrong passwords an account is locked for fifteen minutes and opens again by"
                  + " itself. Nobody of us will ever ask you for your password, so please do not"
                  + " write it here."),
          new Topic(
              "INVOICE",
              List.of("invoice", "bill", "vat", "receipt", "charged", "pay"),
              "Your invoice is under My orders as a file to download, from the day on which the"
                  + " parcel leaves us. If your company's name or its tax number is missing, you can"
                  + " add it there yourself, and a corrected invoice takes the place of the first"
                  + " one. If you were charged twice, one of the two is only a reservation, which"
                  + " your bank lets go within seven days. Tell me if it does not, and I will send"
                  + " the money back."));

  private Answers() {}

  /** The answer to a question, or the rest of it if another vendor said the beginning. */
  static String to(Question question) {
    if (question.text().startsWith(CLASSIFY)) {
      return label(question.text().substring(CLASSIFY.length()));
    }
    int before = question.before().size();
    if (before >= 2) {
      String said = question.before().get(before - 1);
      String whole = about(question.before().get(before - 2));
      if (said.length() < whole.length() && whole.startsWith(said)) {
        return whole.substring(said.length());
      }
    }
    return about(question.text());
  }

  private static String about(String text) {
    return topic(text).map(Topic::answer).orElseGet(() -> Prose.about(text, 1, WORDS));
  }

  private static String label(String text) {
    boolean urgent = text.toLowerCase(Locale.ROOT).matches("(?s).*(urgent|today|at once|now).*");
    return "{\"topic\":%s,\"urgent\":%s}"
        .formatted(Json.quote(topic(text).map(Topic::name).orElse("OTHER")), urgent);
  }

  private static Optional<Topic> topic(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return TOPICS.stream()
        .filter(topic -> topic.words().stream().anyMatch(lower::contains))
        .findFirst();
  }

  private record Topic(String name, List<String> words, String answer) {}
}
