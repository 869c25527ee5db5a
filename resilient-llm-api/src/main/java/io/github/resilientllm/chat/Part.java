package io.github.resilientllm.chat;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a message: text, an image, reasoning, a tool call or a tool's result.
 *
 * <p>No part shows its content in {@code toString}, so that a logged message leaks nothing.
 */
public sealed interface Part permits Part.Text, Part.Image, Part.Reasoning, ToolCall, ToolResult {

  /**
   * Text.
   *
   * @param text the text; may be empty
   */
  record Text(String text) implements Part {
    /** Refuses null. */
    public Text {
      Objects.requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return "Text[" + text.length() + " chars]";
    }
  }

  /** What a reasoning model says it thought, or a summary of it. */
  final class Reasoning implements Part {
    private final String text;
    private final @Nullable VendorData vendorData;

    /** A thought that the vendor does not want back. */
    public Reasoning(String text) {
      this(text, null);
    }

    /**
     * A thought.
     *
     * @param vendorData null where there is none
     */
    public Reasoning(String text, @Nullable VendorData vendorData) {
      this.text = Objects.requireNonNull(text, "text");
      this.vendorData = vendorData;
    }

    /** The readable part; empty where the vendor hides it. */
    public String text() {
      return text;
    }

    /** The vendor's signature or encrypted form; empty where there is none. */
    public Optional<VendorData> vendorData() {
      return Optional.ofNullable(vendorData);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Reasoning that
          && text.equals(that.text)
          && Objects.equals(vendorData, that.vendorData);
    }

    @Override
    public int hashCode() {
      return Objects.hash(text, vendorData);
    }

    @Override
    public String toString() {
      return "Reasoning[" + text.length() + " chars]";
    }
  }

  /**
   * An image, either as bytes with their media type or as a URL that the vendor fetches.
   *
   * <p>Not every vendor takes a URL; a target that does not is not eligible for the request.
   */
  final class Image implements Part {
    private static final int MAX_BYTES = 20 << 20; // the largest request body the vendors document

    private final byte @Nullable [] bytes;
    private final @Nullable String mediaType;
    private final @Nullable URI url;

    private Image(byte @Nullable [] bytes, @Nullable String mediaType, @Nullable URI url) {
      this.bytes = bytes;
      this.mediaType = mediaType;
      this.url = url;
    }

    /**
     * Returns an image from its bytes, which are copied.
     *
     * @param mediaType for example {@code image/png}
     * @throws IllegalArgumentException if there are no bytes, more than 20 MiB, or the media type
     *     is not {@code image/…}
     */
    public static Image of(byte[] bytes, String mediaType) {
      if (bytes.length == 0 || bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "An image has 1 to " + MAX_BYTES + " bytes, this one has " + bytes.length);
      }
      if (!mediaType.startsWith("image/")) {
        throw new IllegalArgumentException(
            "An image's media type starts with image/, not \"" + mediaType + "\"");
      }
      return new Image(bytes.clone(), mediaType, null);
    }

    /**
     * Returns an image that the vendor fetches itself.
     *
     * @throws IllegalArgumentException if the URL is not an absolute http or https URL
     */
    public static Image of(URI url) {
      String scheme = String.valueOf(url.getScheme());
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new IllegalArgumentException(
            "An image's URL starts with http:// or https://, this one's scheme is \""
                + scheme
                + "\"; pass a file's bytes with Image.of(bytes, mediaType)");
      }
      return new Image(null, null, url);
    }

    /** The bytes, copied; empty for an image by URL. */
    public Optional<byte[]> bytes() {
      return bytes == null ? Optional.empty() : Optional.of(bytes.clone());
    }

    /** The media type; empty for an image by URL. */
    public Optional<String> mediaType() {
      return Optional.ofNullable(mediaType);
    }

    /** The URL; empty for an image by bytes. */
    public Optional<URI> url() {
      return Optional.ofNullable(url);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Image image
          && Arrays.equals(bytes, image.bytes)
          && Objects.equals(mediaType, image.mediaType)
          && Objects.equals(url, image.url);
    }

    @Override
    public int hashCode() {
      return Objects.hash(Arrays.hashCode(bytes), mediaType, url);
    }

    @Override
    public String toString() {
      return bytes == null ? "Image[by URL]" : "Image[" + bytes.length + " bytes]";
    }
  }
}
