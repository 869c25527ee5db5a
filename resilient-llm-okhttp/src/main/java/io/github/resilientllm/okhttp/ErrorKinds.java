package io.github.resilientllm.okhttp;

import io.github.resilientllm.chat.ErrorKind;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kind of an error, from its status and its words. */
final class ErrorKinds {

  /** Words that mean one thing under every status. */
  private static final Map<String, ErrorKind> BY_WORD =
      Map.ofEntries(
          Map.entry("insufficient_quota", ErrorKind.QUOTA_EXHAUSTED),
          Map.entry("billing_error", ErrorKind.QUOTA_EXHAUSTED),
          Map.entry("billing_hard_limit_reached", ErrorKind.QUOTA_EXHAUSTED),
          Map.entry("context_length_exceeded", ErrorKind.CONTEXT_TOO_LONG),
          Map.entry("content_filter", ErrorKind.CONTENT_FILTERED),
          Map.entry("content_policy_violation", ErrorKind.CONTENT_FILTERED),
          Map.entry("responsibleaipolicyviolation", ErrorKind.CONTENT_FILTERED),
          Map.entry("model_not_found", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("deploymentnotfound", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("not_found_error", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("not_found", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("invalid_model", ErrorKind.MODEL_NOT_FOUND),
          Map.entry("tool_use_failed", ErrorKind.TOOL_GENERATION_FAILED),
          Map.entry("api_key_invalid", ErrorKind.UNAUTHORIZED), // Google's, with a 400
          Map.entry("failed_precondition", ErrorKind.FORBIDDEN)); // a region, or billing is off

  /** The status that an error inside an HTTP 200 would have had. */
  private static final Map<String, Integer> STATUS_BY_WORD =
      Map.ofEntries(
          Map.entry("overloaded_error", 529),
          Map.entry("server_is_overloaded", 503),
          Map.entry("service_unavailable_error", 503),
          Map.entry("unavailable", 503),
          Map.entry("rate_limit_error", 429),
          Map.entry("rate_limit_exceeded", 429),
          Map.entry("rate_limited", 429),
          Map.entry("resource_exhausted", 429),
          Map.entry("timeout_error", 504),
          Map.entry("deadline_exceeded", 504),
          Map.entry("invalid_request_error", 400),
          Map.entry("badrequesterror", 400),
          Map.entry("invalid_argument", 400),
          Map.entry("authentication_error", 401),
          Map.entry("invalid_api_key", 401),
          Map.entry("unauthenticated", 401),
          Map.entry("permission_error", 403),
          Map.entry("permission_denied", 403));

  private static final Pattern NO_CREDIT =
      Pattern.compile(
          "\\s*(?:your )?credit balance is too low|\\s*insufficient balance",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NO_FREE_TIER = Pattern.compile("\\blimit: 0(?![\\d.])");
  private static final Pattern BAD_KEY =
      Pattern.compile("\\s*api key (?:not valid|expired)", Pattern.CASE_INSENSITIVE);
  private static final Pattern AGAINST_POLICY =
      Pattern.compile(
          "invalid prompt.{0,200}usage polic|output blocked by content filtering",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOO_LARGE_FOR_RATE =
      Pattern.compile("\\s*request too large", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOO_LONG_FOR_ACCOUNT =
      Pattern.compile("extra usage is required for long context", Pattern.CASE_INSENSITIVE);

  /** Each vendor's sentence for "longer than the context window"; none of them sends a code. */
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "prompt is too long|maximum context length is|exceeds? the (?:available )?context (?:size|window)"
              + "|exceed context limit|input token count.{0,80}exceeds the maximum"
              + "|input is too long for requested model|maximum prompt length is"
              + "|reduce the length of the messages|greater than the context length"
              + "|too large for model with.{0,80}maximum context length",
          Pattern.CASE_INSENSITIVE);

  private ErrorKinds() {}

  /** The kind of an error that came with this status. */
  static ErrorKind of(int status, ErrorBody body) {
    ErrorKind known = byWord(body);
    if (known != null) {
      return known;
    }
    if (status == 402 || (status != 422 && NO_CREDIT.matcher(body.message()).lookingAt())) {
      return ErrorKind.QUOTA_EXHAUSTED;
    }
    if (status == 429 && isHopeless(body)) {
      return ErrorKind.QUOTA_EXHAUSTED;
    }
    if (isTooLargeForRate(status, body)) {
      return ErrorKind.REQUEST_TOO_LARGE;
    }
    if (status == 400 || status == 413 || status == 422) {
      return ofBadRequest(status, body);
    }
    if (status == 403 && body.isModerated()) {
      return ErrorKind.CONTENT_FILTERED;
    }
    boolean hiddenLimit = status >= 500 && body.status() == 429;
    return hiddenLimit ? ErrorKind.RATE_LIMITED : byStatus(status);
  }

  /** The status an error names, or would have; 500 if it gives no sign of it. */
  static int statusOf(ErrorBody body) {
    if (body.status() != 0) {
      return body.status();
    }
    Integer byCode = STATUS_BY_WORD.get(lower(body.code()));
    return byCode != null ? byCode : STATUS_BY_WORD.getOrDefault(lower(body.type()), 500);
  }

  private static @Nullable ErrorKind byWord(ErrorBody body) {
    ErrorKind kind = BY_WORD.get(lower(body.code()));
    if (kind == null) {
      kind = BY_WORD.get(lower(body.type()));
    }
    return kind != null ? kind : BY_WORD.get(lower(body.innerCode()));
  }

  /** A limit of Google's that lasts for the day, or for ever. */
  private static boolean isHopeless(ErrorBody body) {
    return body.isDailyQuota() || NO_FREE_TIER.matcher(body.message()).find();
  }

  /** A single request above the limit per minute: the same status and code, but no wait helps. */
  private static boolean isTooLargeForRate(int status, ErrorBody body) {
    if (status == 429 && TOO_LONG_FOR_ACCOUNT.matcher(body.message()).find()) {
      return true;
    }
    return (status == 413 || status == 429)
        && lower(body.code()).equals("rate_limit_exceeded")
        && TOO_LARGE_FOR_RATE.matcher(body.message()).lookingAt();
  }

  /** Only here are sentences looked for: under 429 the same words mean a rate limit. */
  private static ErrorKind ofBadRequest(int status, ErrorBody body) {
    if (TOO_LONG.matcher(body.message()).find()) {
      return ErrorKind.CONTEXT_TOO_LONG;
    }
    if (AGAINST_POLICY.matcher(body.message()).find()) {
      return ErrorKind.CONTENT_FILTERED;
    }
    if (BAD_KEY.matcher(body.message()).lookingAt()) {
      return ErrorKind.UNAUTHORIZED;
    }
    return status == 413 ? ErrorKind.REQUEST_TOO_LARGE : ErrorKind.INVALID_REQUEST;
  }

  private static ErrorKind byStatus(int status) {
    return switch (status) {
      case 401 -> ErrorKind.UNAUTHORIZED;
      case 403 -> ErrorKind.FORBIDDEN;
      case 404 -> ErrorKind.MODEL_NOT_FOUND;
      case 408, 499, 504 -> ErrorKind.TIMEOUT; // 499: somebody gave up, and it was not us
      case 409 -> ErrorKind.SERVER_ERROR; // a lock on their side that passes
      case 429 -> ErrorKind.RATE_LIMITED;
      case 498, 503, 529 -> ErrorKind.OVERLOADED; // 498: Groq's flex tier
      default -> status >= 500 ? ErrorKind.SERVER_ERROR : ErrorKind.INVALID_REQUEST;
    };
  }

  private static String lower(@Nullable String word) {
    return word == null ? "" : word.toLowerCase(Locale.ROOT);
  }
}
