package io.github.resilientllm.okhttp.internal.errors;

import io.github.resilientllm.chat.ErrorKind;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kind of an error, from its status and its words. */
public final class ErrorKinds {

  /** Words that mean one thing under every status. */
  private static final Map<String, ErrorKind> BY_WORD = new HashMap<>();

  static {
    words(
        ErrorKind.QUOTA_EXHAUSTED,
        "insufficient_quota",
        "billing_error",
        "billing_hard_limit_reached",
        "billing_not_active",
        "credit_balance_exhausted",
        "organization_usage_limit_exceeded",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "enforced_spend_limit_reached",
        "blocked_api_access", // Groq's, of a spend limit
        "budget_exceeded", // LiteLLM's
        "subscription:free-usage-exhausted", // xAI's, of a day
        "payment_required");
    words(ErrorKind.CONTEXT_TOO_LONG, "context_length_exceeded");
    words(
        ErrorKind.CONTENT_FILTERED,
        "content_filter",
        "content_policy_violation",
        "refusal",
        "image_content_policy_violation",
        "bio_policy",
        "cyber_policy",
        "responsibleaipolicyviolation");
    words(
        ErrorKind.MODEL_NOT_FOUND,
        "model_not_found",
        "deploymentnotfound",
        "not_found_error",
        "not_found",
        "invalid_model",
        "model_decommissioned",
        "unknown_model", // Mistral's
        "model_not_supported",
        "model_not_available", // Together's, of one without a server for everybody
        "dedicated_endpoint_not_running",
        "operationnotsupported"); // Azure's, of a deployment that is no chat model
    words(ErrorKind.TOOL_GENERATION_FAILED, "tool_use_failed", "json_validate_failed");
    words(
        ErrorKind.UNAUTHORIZED,
        "api_key_invalid", // Google's, with a 400
        "invalid_api_key");
    words(
        ErrorKind.FORBIDDEN,
        "failed_precondition", // a region, or billing is off
        "unsupported_country_region_territory",
        "organization_restricted", // Groq's
        "model_terms_required");
    words(
        ErrorKind.REQUEST_TOO_LARGE,
        "request_too_large",
        "payload_too_large",
        "image_too_large",
        "image_file_too_large",
        "string_too_long",
        "string_above_max_length");
    words(
        ErrorKind.NOT_FOR_THIS_TARGET,
        "unsupported_value",
        "unsupported_parameter",
        "invalid_image",
        "image_too_small",
        "image_not_found", // with a 404, and the model is there
        "image_download_failed",
        "unsupported_image_format",
        "invalid_image_format",
        "invalid_image_mode",
        "invalid_image_url",
        "image_parse_error",
        "image_file_not_found",
        "empty_image_file",
        "failed_to_download_image",
        "unsupported_image_media_type",
        "data_residency_mismatch",
        "invalid_encrypted_content"); // another account's or region's
    words(ErrorKind.INVALID_REQUEST, "invalid_json", "invalid_base64_image");
  }

  private static void words(ErrorKind kind, String... words) {
    for (String word : words) {
      BY_WORD.put(word, kind);
    }
  }

  /** OpenAI's code for a flagged prompt. OpenRouter has it as a type, of any that is wrong. */
  private static final String FLAGGED = "invalid_prompt";

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

  /*
   * What locks a target for everybody must stand at the beginning of a message: further behind it
   * may be what a user wrote, who could lock it for others.
   */

  private static final Pattern NO_CREDIT =
      beginning(
          "(?:your )?credit balance is too low|insufficient balance"
              + "|you have reached your specified (?:workspace )?api usage limits"
              + "|your newly created teams? doesn't have any (?:credits|licenses)"
              + "|your team \\S{1,64} has either used all available credits"
              + "|you have run out of credits"
              + "|key limit exceeded" // OpenRouter's, of what a key may spend
              + "|rate limit exceeded: free-models-per-day" // OpenRouter's, of all free models
              + "|budget has been exceeded" // LiteLLM's
              + "|your prepayment credits are depleted"
              + "|your (?:billing account|project) has exceeded its (?:monthly )?spending cap"
              + "|account \\S{1,64} is suspended, possibly due to reaching the monthly spending"
              + "|third-party apps now draw from your extra usage|you're out of extra usage");

  /** Alibaba's limit of a minute, which has the words of OpenAI's for an account without credit. */
  private static final Pattern LIMIT_OF_A_MINUTE =
      Pattern.compile(
          "^\\s*allocated quota exceeded|error-code#token-limit", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOO_DEAR = beginning("prompt tokens limit exceeded");
  private static final Pattern NO_FREE_TIER = Pattern.compile("\\blimit: 0(?![\\d.])");
  private static final Pattern BAD_KEY =
      beginning(
          "api key (?:not valid|expired|not found)|(?:incorrect|invalid) api key"
              + "|the api key (?:is|you provided is) invalid"
              + "|your api key was reported as leaked");
  private static final Pattern NO_ACCESS =
      beginning(
          "your organization must be verified|this organization has been disabled"
              + "|this credential is only authorized for use with"
              + "|your organization has been disabled|user location is not supported"
              + "|project `?\\S{1,200} is not allowed to use"
              + "|project `?\\S{1,200} does not have access to model");
  private static final Pattern NO_SUCH_MODEL =
      beginning(
          "no endpoints found for|(?:the|this) model.{0,200}(?:has been"
              + " (?:decommissioned|deprecated|retired)|has reached (?:the|its) end of)|the"
              + " requested model is not supported");
  private static final Pattern NO_PROVIDER_FOR_THIS =
      beginning(
          "no endpoints (?:found that support|(?:found|available) matching)|no allowed providers"
              + "|you do not have permission to access the file" // of the request: Google's 403
              + "|item with id \\S{1,200} not found"); // of the request: OpenAI's 404

  private static final Pattern AGAINST_POLICY =
      Pattern.compile(
          "invalid prompt.{0,200}usage polic|output blocked by content filtering"
              + "|^\\s*content exists risk|^\\s*content violates usage guidelines",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "image exceeds \\d+ ?mb|image dimensions exceed max allowed size"
              + "|request exceeds the maximum (?:size|allowed number of bytes)"
              + "|(?:image|file|document)s?.{0,40}(?:is|are) too (?:large|big)"
              + "|too many images|too much media|request payload size exceeds the limit"
              + "|maximum of \\d+ pdf pages",
          Pattern.CASE_INSENSITIVE);

  /**
   * What no vendor can take, whatever its model: it is no JSON, asks nothing, or its turns
   * contradict one another. Everything else that a 400 says may be one model's own.
   */
  private static final Pattern WRONG_EVERYWHERE =
      Pattern.compile(
          "(?:could not|cannot|failed to|unable to|error) pars(?:e|ing) (?:the )?(?:json|request"
              + " body|body)|(?:is|not a) (?:not )?valid json|invalid json|malformed json|malformed"
              + " input request(?!: #)|unexpected end of json|at least one message is"
              + " required|contents (?:is|are) not specified|\\[\\] is too short -"
              + " 'messages'|messages must not be empty|'messages' is a required|no tool output"
              + " found for|ids were found without `?tool_result|must be followed by tool"
              + " messages|unexpected `?tool_use_id|messages with role 'tool' must be a"
              + " response|number of function response parts is equal to the number of function"
              + " call|invalid base64|not valid base64",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern TOO_LARGE_FOR_RATE =
      Pattern.compile("\\s*request too large", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOO_LONG_FOR_ACCOUNT =
      Pattern.compile("extra usage is required for long context", Pattern.CASE_INSENSITIVE);

  /** Each vendor's sentence for "longer than the context window"; none of them sends a code. */
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "prompt is too long|maximum context length (?:is|of)|exceeds? the (?:available )?context"
              + " (?:size|window)|context size has been exceeded|exceed context limit|input token count.{0,80}exceeds the"
              + " maximum|input is too long for requested model|maximum prompt length is|reduce the"
              + " length of the messages|\\[input_too_large\\]|exceeds max(?:imum)? (?:context )?length"
              + "|prompt token count.{0,40}exceeds the limit|have exceeded max_prompt_tokens"
              + "|(?:greater|longer) than the (?:model's )?context length|range of input length should be|too large for model"
              + " with.{0,80}maximum context length|`?inputs`? tokens \\+ `?max_new_tokens`? must be",
          Pattern.CASE_INSENSITIVE);

  private ErrorKinds() {}

  private static Pattern beginning(String words) {
    return Pattern.compile("\\s*(?:" + words + ")", Pattern.CASE_INSENSITIVE);
  }

  /** The kind of an error that came with this status. */
  public static ErrorKind of(int status, ErrorBody body) {
    if (body.isInFlightBudget()) {
      return ErrorKind.RATE_LIMITED; // with a 402, which passes as soon as other calls end
    }
    if (status == 429 && LIMIT_OF_A_MINUTE.matcher(body.message()).find()) {
      return ErrorKind.RATE_LIMITED;
    }
    ErrorKind known = byWord(body);
    if (known != null) {
      return known;
    }
    if (status == 402 && begins(TOO_DEAR, body)) {
      return ErrorKind.REQUEST_TOO_LARGE; // OpenRouter's: what is left pays for a shorter one
    }
    if (status == 402 || (status != 422 && begins(NO_CREDIT, body))) {
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
    if (status == 403 || status == 404) {
      return ofRefusal(status, body);
    }
    boolean hiddenLimit = status >= 500 && body.status() == 429;
    return hiddenLimit ? ErrorKind.RATE_LIMITED : byStatus(status);
  }

  /** The status an error names, or would have; 500 if it gives no sign of it. */
  public static int statusOf(ErrorBody body) {
    if (body.status() != 0) {
      return body.status();
    }
    Integer byCode = STATUS_BY_WORD.get(lower(body.code()));
    return byCode != null ? byCode : STATUS_BY_WORD.getOrDefault(lower(body.type()), 500);
  }

  private static @Nullable ErrorKind byWord(ErrorBody body) {
    if (lower(body.code()).equals(FLAGGED)) {
      return ErrorKind.CONTENT_FILTERED;
    }
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
    if (TOO_LARGE.matcher(body.message()).find()) {
      return ErrorKind.REQUEST_TOO_LARGE;
    }
    ErrorKind known = ofBeginning(body);
    if (known != null) {
      return known;
    }
    if (status == 413) {
      return ErrorKind.REQUEST_TOO_LARGE;
    }
    return WRONG_EVERYWHERE.matcher(body.message()).find()
        ? ErrorKind.INVALID_REQUEST
        : ErrorKind.NOT_FOR_THIS_TARGET;
  }

  /** Some of these are about the key, and some only about the request. */
  private static ErrorKind ofRefusal(int status, ErrorBody body) {
    if (status == 403 && TOO_LONG.matcher(body.message()).find()) {
      return ErrorKind.CONTEXT_TOO_LONG; // Together's
    }
    if (body.isModerated() || AGAINST_POLICY.matcher(body.message()).find()) {
      return ErrorKind.CONTENT_FILTERED;
    }
    ErrorKind known = ofBeginning(body);
    if (known != null) {
      return known;
    }
    if (status == 403 && body.isForeign()) {
      return ErrorKind.NOT_FOR_THIS_TARGET; // a firewall's, which one prompt may have provoked
    }
    return byStatus(status);
  }

  private static @Nullable ErrorKind ofBeginning(ErrorBody body) {
    if (begins(BAD_KEY, body)) {
      return ErrorKind.UNAUTHORIZED;
    }
    if (begins(NO_ACCESS, body)) {
      return ErrorKind.FORBIDDEN;
    }
    if (begins(NO_PROVIDER_FOR_THIS, body)) {
      return ErrorKind.NOT_FOR_THIS_TARGET;
    }
    return begins(NO_SUCH_MODEL, body) ? ErrorKind.MODEL_NOT_FOUND : null;
  }

  private static boolean begins(Pattern words, ErrorBody body) {
    return words.matcher(body.message()).lookingAt();
  }

  private static ErrorKind byStatus(int status) {
    return switch (status) {
      case 401 -> ErrorKind.UNAUTHORIZED;
      case 403 -> ErrorKind.FORBIDDEN;
      case 404, 410 -> ErrorKind.MODEL_NOT_FOUND;
      case 407 -> ErrorKind.UNAUTHORIZED; // a proxy's
      case 408, 499, 504 -> ErrorKind.TIMEOUT; // 499: somebody gave up, and it was not us
      case 409 -> ErrorKind.SERVER_ERROR; // a lock on their side that passes
      case 412 -> ErrorKind.FORBIDDEN; // Fireworks: the account is suspended
      case 429 -> ErrorKind.RATE_LIMITED;
      case 498, 503, 529 -> ErrorKind.OVERLOADED; // 498: Groq's flex tier
      case 451 -> ErrorKind.FORBIDDEN;
      default -> status >= 500 ? ErrorKind.SERVER_ERROR : ErrorKind.NOT_FOR_THIS_TARGET;
    };
  }

  private static String lower(@Nullable String word) {
    return word == null ? "" : word.toLowerCase(Locale.ROOT);
  }
}
