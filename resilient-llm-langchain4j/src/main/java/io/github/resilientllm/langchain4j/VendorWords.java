package io.github.resilientllm.langchain4j;

import io.github.resilientllm.chat.ErrorKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a vendor's error says that its status does not.
 *
 * <p>Codes are looked for as values of the fields that hold codes, and sentences under the statuses
 * under which vendors write them: an error may quote what a user wrote, who must not be able to
 * lock a target for others.
 */
final class VendorWords {
  private static final int LONGEST = 8 << 10; // what is looked for stands at the beginning

  private static final Map<String, ErrorKind> CODES = new HashMap<>();

  static {
    codes(
        ErrorKind.QUOTA_EXHAUSTED,
        "insufficient_quota",
        "billing_error",
        "billing_hard_limit_reached",
        "billing_not_active",
        "payment_required");
    codes(ErrorKind.CONTEXT_TOO_LONG, "context_length_exceeded");
    codes(
        ErrorKind.CONTENT_FILTERED,
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation");
    codes(
        ErrorKind.MODEL_NOT_FOUND,
        "model_not_found",
        "deploymentnotfound",
        "invalid_model",
        "model_decommissioned");
    codes(ErrorKind.TOOL_GENERATION_FAILED, "tool_use_failed", "json_validate_failed");
    codes(ErrorKind.UNAUTHORIZED, "invalid_api_key", "api_key_invalid");
    codes(ErrorKind.REQUEST_TOO_LARGE, "request_too_large", "string_above_max_length");
    codes(ErrorKind.OVERLOADED, "overloaded_error");
  }

  private static final Pattern CODE =
      Pattern.compile("\"(?:code|type|status|reason)\"\\s*:\\s*\"([A-Za-z_]{1,64})\"");

  private static final Pattern TOO_LONG =
      Pattern.compile(
          "prompt is too long|maximum context length is|exceeds? the (?:available )?context"
              + " (?:size|window)|input token count.{0,80}exceeds the maximum"
              + "|input is too long for requested model",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NO_CREDIT =
      Pattern.compile(
          "\"message\"\\s*:\\s*\"(?:your )?credit balance is too low", Pattern.CASE_INSENSITIVE);

  private static final Pattern DELAY =
      Pattern.compile(
          "\"retryDelay\"\\s*:\\s*\"(\\d{1,7}(?:\\.\\d{1,9})?)(s)\""
              + "|try again in (\\d{1,7}(?:\\.\\d{1,9})?)(ms|s)\\b",
          Pattern.CASE_INSENSITIVE);

  private VendorWords() {}

  private static void codes(ErrorKind kind, String... codes) {
    for (String code : codes) {
      CODES.put(code, kind);
    }
  }

  /** The kind that the words tell; null if they tell nothing. */
  static @Nullable ErrorKind kind(int status, String body) {
    String start = start(body);
    Matcher code = CODE.matcher(start);
    while (code.find()) {
      ErrorKind kind = CODES.get(code.group(1).toLowerCase(Locale.ROOT));
      if (kind != null) {
        return kind;
      }
    }
    if (status == 400 || status == 413 || status == 422) {
      if (TOO_LONG.matcher(start).find()) {
        return ErrorKind.CONTEXT_TOO_LONG;
      }
      return NO_CREDIT.matcher(start).find() ? ErrorKind.QUOTA_EXHAUSTED : null;
    }
    return null;
  }

  /** How long the vendor asks to wait; null if the body does not say. */
  static @Nullable Duration delay(String body) {
    Matcher found = DELAY.matcher(start(body));
    if (!found.find()) {
      return null;
    }
    boolean field = found.group(1) != null;
    double number = Double.parseDouble(found.group(field ? 1 : 3));
    boolean millis = found.group(field ? 2 : 4).equalsIgnoreCase("ms");
    return Duration.ofMillis(Math.round(millis ? number : number * 1000));
  }

  private static String start(String body) {
    return body.substring(0, Math.min(body.length(), LONGEST));
  }
}
