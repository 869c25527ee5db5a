package io.github.resilientllm.chat;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bytes of a type, or where a vendor finds them: what a file and a sound have in common. */
final class Media {
  private static final int MAX_BYTES = 20 << 20; // the largest request body that all vendors take
  private static final Pattern TYPE =
      Pattern.compile("[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,99}", Pattern.CASE_INSENSITIVE);

  private final byte @Nullable [] bytes;
  private final String type;
  private final @Nullable URI url;

  private Media(byte @Nullable [] bytes, String type, @Nullable URI url) {
    this.bytes = bytes;
    this.type = type;
    this.url = url;
  }

  /** Copies the bytes; {@code what} is named where they or the type are refused. */
  static Media of(byte[] bytes, String type, String what) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          what + " has 1 to " + MAX_BYTES + " bytes, this one has " + bytes.length);
    }
    return new Media(bytes.clone(), type(type, what), null);
  }

  /** What the vendor fetches itself. */
  static Media of(URI url, String type, String what) {
    String scheme = String.valueOf(url.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          what
              + "'s URL starts with http:// or https://, this one's scheme is \""
              + scheme
              + "\"; pass the bytes of what is on this machine");
    }
    return new Media(null, type(type, what), url);
  }

  private static String type(String type, String what) {
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException(
          what + "'s media type is like \"application/pdf\", not \"" + type + "\"");
    }
    return type.toLowerCase(Locale.ROOT);
  }

  Optional<byte[]> bytes() {
    return bytes == null ? Optional.empty() : Optional.of(bytes.clone());
  }

  String type() {
    return type;
  }

  Optional<URI> url() {
    return Optional.ofNullable(url);
  }

  int size() {
    return bytes == null ? 0 : bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Media that
        && Arrays.equals(bytes, that.bytes)
        && type.equals(that.type)
        && Objects.equals(url, that.url);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(bytes), type, url);
  }

  /** Neither content nor place. */
  @Override
  public String toString() {
    return url == null ? type + ", " + size() + " bytes" : type + ", by URL";
  }
}
