package io.github.resilientllm.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What AWS does with a request that arrives: it computes the signature once more, by its published
 * rules for Signature Version 4, from the bytes on the wire and the secret that it knows.
 */
public final class SigV4Check {
  private final String method;
  private final String target;
  private final Map<String, String> headers = new TreeMap<>();
  private final String body;

  /** Takes a request apart, head and body. */
  public SigV4Check(String request) {
    int end = request.indexOf("\r\n\r\n");
    String[] head = request.substring(0, end).split("\r\n", -1);
    String[] line = head[0].split(" ", -1);
    this.method = line[0];
    this.target = line[1];
    for (String header : Arrays.copyOfRange(head, 1, head.length)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    this.body = request.substring(end + 4);
  }

  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /** A field of the Authorization header, such as {@code Signature}. */
  public String field(String name) {
    String value = header("authorization");
    int from = value.indexOf(name + "=") + name.length() + 1;
    int to = value.indexOf(',', from);
    return value.substring(from, to < 0 ? value.length() : to);
  }

  /** The signature that the request ought to have. */
  public String signature(String secret) throws GeneralSecurityException {
    String[] scope = field("Credential").split("/", 2)[1].split("/", -1);
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            header("x-amz-date"),
            String.join("/", scope),
            hash(canonicalRequest()));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private String canonicalRequest() throws GeneralSecurityException {
    String[] names = field("SignedHeaders").split(";", -1);
    String path = target.split("\\?", 2)[0];
    String query = target.contains("?") ? target.split("\\?", 2)[1] : "";
    return String.join(
        "\n",
        method,
        Arrays.stream(path.split("/", -1)).map(SigV4Check::encode).collect(Collectors.joining("/")),
        query,
        Arrays.stream(names)
            .map(name -> name + ":" + header(name).replaceAll(" +", " ") + "\n")
            .collect(Collectors.joining()),
        String.join(";", names),
        hash(body));
  }

  /** Once more: what is percent-encoded on the wire is encoded again, but for S3. */
  private static String encode(String segment) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean stays = c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      encoded.append(stays ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return encoded.toString();
  }

  public static String hash(String text) throws GeneralSecurityException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
