package io.github.resilientllm.okhttp.internal.bedrock;

import io.github.resilientllm.chat.ErrorKind;
import io.github.resilientllm.okhttp.internal.errors.ErrorBody;
import io.github.resilientllm.okhttp.internal.errors.ErrorKinds;
import java.util.Locale;
import java.util.regex.Pattern;

/** The kind of an error of Bedrock: from the name of its exception, which is also its type. */
public final class BedrockErrors {
  private static final Pattern NO_SUCH_MODEL =
      Pattern.compile(
          "model identifier is invalid|on-demand throughput isn|model id.{0,200}(?:not found|invalid)"
              + "|model version has reached the end of its life",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TOO_LONG =
      Pattern.compile(
          "input is too long|too many input tokens|input tokens exceeded|exceeds maximum length",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FILTERED =
      Pattern.compile("blocked by (?:our )?content filter", Pattern.CASE_INSENSITIVE);
  private static final Pattern NOT_ALLOWED =
      Pattern.compile(
          "\\s*(?:operation not allowed|your (?:aws )?account is not authorized)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern BAD_KEY =
      Pattern.compile(
          "authentication failed|security token|bearer token|api key", Pattern.CASE_INSENSITIVE);
  private static final Pattern NO_FORM =
      Pattern.compile("\\s*model use case details have not been", Pattern.CASE_INSENSITIVE);
  private static final Pattern FOR_THE_DAY = Pattern.compile("per day", Pattern.CASE_INSENSITIVE);

  private BedrockErrors() {}

  /** The kind of an error that came with this status. */
  public static ErrorKind of(int status, ErrorBody body) {
    String name = body.type() != null ? body.type() : body.code();
    return switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
      case "validationexception" -> ofValidation(body);
      case "throttlingexception", "toomanyrequestsexception" -> ofThrottling(body);
      case "modelnotreadyexception", "serviceunavailableexception" -> ErrorKind.OVERLOADED;
      case "servicequotaexceededexception" -> ErrorKind.QUOTA_EXHAUSTED;
      case "accessdeniedexception" -> ofRefusal(body);
      case "unrecognizedclientexception",
          "expiredtokenexception",
          "invalidsignatureexception",
          "missingauthenticationtokenexception",
          "invalidclienttokenid",
          "incompletesignature",
          "incompletesignatureexception",
          "requestexpired" ->
          ErrorKind.UNAUTHORIZED;
      case "notauthorized", "ftuformnotfilled", "mpagreementbeingcreated" -> ErrorKind.FORBIDDEN;
      case "resourcenotfoundexception" -> ofNotFound(body);
      case "modeltimeoutexception" -> ErrorKind.TIMEOUT;
      case "modelerrorexception", "modelstreamerrorexception" -> ofModel(body);
      case "internalserverexception" -> ErrorKind.SERVER_ERROR;
      default -> byStatus(status, body);
    };
  }

  /** Without a name, as behind some proxies. */
  private static ErrorKind byStatus(int status, ErrorBody body) {
    return switch (status) {
      case 400 -> ofValidation(body);
      case 403 -> body.isForeign() ? ErrorKinds.of(status, body) : ofRefusal(body);
      case 424 -> ofModel(body);
      case 429 -> ofThrottling(body);
      default -> ErrorKinds.of(status, body);
    };
  }

  /** Only here are sentences about length looked for: a throttled request has "too many tokens". */
  private static ErrorKind ofValidation(ErrorBody body) {
    String message = body.message();
    if (NO_SUCH_MODEL.matcher(message).find()) {
      return ErrorKind.MODEL_NOT_FOUND;
    }
    if (TOO_LONG.matcher(message).find()) {
      return ErrorKind.CONTEXT_TOO_LONG;
    }
    if (FILTERED.matcher(message).find()) {
      return ErrorKind.CONTENT_FILTERED;
    }
    if (NOT_ALLOWED.matcher(message).lookingAt()) {
      return ErrorKind.FORBIDDEN;
    }
    return ErrorKinds.of(400, body);
  }

  private static ErrorKind ofNotFound(ErrorBody body) {
    return NO_FORM.matcher(body.message()).lookingAt()
        ? ErrorKind.FORBIDDEN
        : ErrorKind.MODEL_NOT_FOUND;
  }

  private static ErrorKind ofThrottling(ErrorBody body) {
    return FOR_THE_DAY.matcher(body.message()).find()
        ? ErrorKind.QUOTA_EXHAUSTED
        : ErrorKind.RATE_LIMITED;
  }

  private static ErrorKind ofRefusal(ErrorBody body) {
    return BAD_KEY.matcher(body.message()).find() ? ErrorKind.UNAUTHORIZED : ErrorKind.FORBIDDEN;
  }

  /** The model behind Bedrock failed; what it said itself may come along as a status. */
  private static ErrorKind ofModel(ErrorBody body) {
    return switch (body.status()) {
      case 429 -> ErrorKind.RATE_LIMITED;
      case 503, 529 -> ErrorKind.OVERLOADED;
      case 408, 504 -> ErrorKind.TIMEOUT;
      default -> ErrorKind.SERVER_ERROR;
    };
  }
}
