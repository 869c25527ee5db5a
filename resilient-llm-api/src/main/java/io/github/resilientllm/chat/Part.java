package io.github.resilientllm.chat;

import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a message: text, an image, a file, sound, reasoning, a tool call or a tool's result.
 *
 * <p>No part shows its content in {@code toString}, so that a logged message leaks nothing.
 */
public sealed interface Part
    permits Part.Text,
        Part.Image,
        Part.File,
        Part.Audio,
        Part.Reasoning,
        Part.Verbatim,
        ToolCall,
        ToolResult {

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

  /**
   * An answer as its vendor sent it, where there is more to it than others have words for: tools
   * that the vendor itself ran, what they found, citations. It stands beside the parts that say the
   * same for everybody. A vendor that takes it back gets it in their place; others are not sent it.
   *
   * @param content the vendor's own text, a JSON array: with Anthropic the {@code content} of its
   *     message; with Gemini the parts, and what is said about them; with the Responses API the
   *     items of the output; with chat completions an object of the fields that cite
   */
  record Verbatim(VendorData content) implements Part {
    /** Refuses null. */
    public Verbatim {
      Objects.requireNonNull(content, "content");
    }

    @Override
    public String toString() {
      return "Verbatim[" + content + "]";
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

  /**
   * A file that the model reads, such as a PDF, either as bytes or as a URL that the vendor
   * fetches.
   *
   * <p>Which types a vendor takes differs; a target that does not take this one is not eligible for
   * the request, and {@code ResilientLlm.check} says why.
   */
  final class File implements Part {
    private static final int MAX_NAME = 200;

    private final Media media;
    private final String name;

    private File(Media media, String name) {
      this.media = media;
      this.name = name;
    }

    /**
     * Returns a file from its bytes, which are copied.
     *
     * @param mediaType for example {@code application/pdf}, without parameters
     * @param name what the model is told that it is called, such as {@code invoice.pdf}
     * @throws IllegalArgumentException if there are no bytes, more than 20 MiB, no such media type,
     *     or a name that is blank, longer than 200 characters, or holds a slash or a control
     */
    public static File of(byte[] bytes, String mediaType, String name) {
      boolean isName =
          !name.isBlank()
              && name.length() <= MAX_NAME
              && name.chars().noneMatch(c -> Character.isISOControl(c) || c == '/' || c == '\\');
      if (!isName) {
        throw new IllegalArgumentException(
            "A file has a name without slashes, of 1 to " + MAX_NAME + " characters");
      }
      return new File(Media.of(bytes, mediaType, "A file"), name);
    }

    /**
     * Returns a file that the vendor fetches itself.
     *
     * @throws IllegalArgumentException if the URL is not an absolute http or https URL, or there is
     *     no such media type
     */
    public static File of(URI url, String mediaType) {
      return new File(Media.of(url, mediaType, "A file"), "");
    }

    /** The bytes, copied; empty for a file by URL. */
    public Optional<byte[]> bytes() {
      return media.bytes();
    }

    /** How many bytes there are; 0 for a file by URL. */
    public int size() {
      return media.size();
    }

    /** The media type, in small letters. */
    public String mediaType() {
      return media.type();
    }

    /** What it is called; empty for a file by URL. */
    public String name() {
      return name;
    }

    /** The URL; empty for a file by bytes. */
    public Optional<URI> url() {
      return media.url();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof File that && media.equals(that.media) && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return 31 * media.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
      return "File[" + media + "]";
    }
  }

  /** Something to listen to. Few models can; a vendor that takes none is not eligible. */
  final class Audio implements Part {
    private final Media media;

    private Audio(Media media) {
      this.media = media;
    }

    /**
     * Returns sound from its bytes, which are copied.
     *
     * @param mediaType {@code audio/wav} or {@code audio/mpeg}, which all take that take any, or
     *     another of {@code audio/…}
     * @throws IllegalArgumentException if there are no bytes, more than 20 MiB, or the media type
     *     is not {@code audio/…}
     */
    public static Audio of(byte[] bytes, String mediaType) {
      if (!mediaType.startsWith("audio/")) {
        throw new IllegalArgumentException(
            "The media type of audio starts with audio/, not \"" + mediaType + "\"");
      }
      return new Audio(Media.of(bytes, mediaType, "Audio"));
    }

    /** The bytes, copied. */
    public byte[] bytes() {
      return media.bytes().orElseThrow();
    }

    /** How many bytes there are. */
    public int size() {
      return media.size();
    }

    /** The media type, in small letters. */
    public String mediaType() {
      return media.type();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Audio that && media.equals(that.media);
    }

    @Override
    public int hashCode() {
      return media.hashCode();
    }

    @Override
    public String toString() {
      return "Audio[" + media + "]";
    }
  }
}
