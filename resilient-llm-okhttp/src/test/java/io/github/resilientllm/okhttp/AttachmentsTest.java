package io.github.resilientllm.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilientllm.chat.ChatRequest;
import io.github.resilientllm.chat.Part;
import io.github.resilientllm.okhttp.internal.anthropic.AnthropicProtocol;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockModel;
import io.github.resilientllm.okhttp.internal.bedrock.BedrockProtocol;
import io.github.resilientllm.okhttp.internal.http.Protocol;
import io.github.resilientllm.okhttp.internal.models.NamedModel;
import io.github.resilientllm.okhttp.internal.responses.ResponsesProtocol;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and sounds: how each vendor is sent them, and which it is not. */
class AttachmentsTest {
  private static final String DOCX =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  private static final Part.File PDF = file("application/pdf", "invoice_7.pdf");
  private static final Part.File LINK =
      Part.File.of(URI.create("https://example.org/a.pdf"), "application/pdf");

  private static Part.File file(String type, String name) {
    return Part.File.of("Zürich".getBytes(StandardCharsets.UTF_8), type, name);
  }

  private static Part.Audio audio(String type) {
    return Part.Audio.of(new byte[] {1, 2, 3}, type);
  }

  private static Protocol protocol(String vendor) {
    InstantSource clock = InstantSource.system();
    return switch (vendor) {
      case "openai" -> Collected.protocol(Dialect.OPENAI);
      case "responses" ->
          new ResponsesProtocol(
              Dialect.OPENAI.traits(), NamedModel.of("gpt-5.6"), /* keyRotates= */ false, clock);
      case "groq" -> Collected.protocol(Dialect.GROQ);
      case "vllm" -> Collected.protocol(Dialect.VLLM);
      case "anthropic" -> new AnthropicProtocol("claude-sonnet-4-5", false, clock);
      case "old claude" -> new AnthropicProtocol("claude-3-haiku-20240307", false, clock);
      case "vertex" ->
          new AnthropicProtocol(NamedModel.of("claude-opus-5"), true, false, false, clock);
      case "gemini" -> Collected.gemini("gemini-2.5-flash");
      case "old gemini" -> Collected.gemini("gemini-2.0-flash");
      case "bedrock" -> new BedrockProtocol(BedrockModel.of("amazon.nova-pro-v1:0"), false, clock);
      default -> throw new AssertionError(vendor);
    };
  }

  private static ChatRequest about(Part part) {
    return ChatRequest.builder().user(new Part.Text("What is this?"), part).build();
  }

  private static JsonNode part(String vendor, Part part, String place) throws IOException {
    assertThat(protocol(vendor).cannotServe(about(part))).isEmpty();
    return Bodies.write(protocol(vendor), about(part), true).at(place);
  }

  @Test
  void eachVendorIsSentAPdfInItsOwnWords() throws IOException {
    Bodies.assertJson(
        part("openai", PDF, "/messages/0/content/1"),
        "{'type':'file','file':{'filename':'invoice_7.pdf',"
            + "'file_data':'data:application/pdf;base64,WsO8cmljaA=='}}");
    Bodies.assertJson(
        part("responses", PDF, "/input/0/content/1"),
        "{'type':'input_file','filename':'invoice_7.pdf',"
            + "'file_data':'data:application/pdf;base64,WsO8cmljaA=='}");
    Bodies.assertJson(
        part("anthropic", PDF, "/messages/0/content/1"),
        "{'type':'document','source':{'type':'base64','media_type':'application/pdf',"
            + "'data':'WsO8cmljaA=='},'title':'invoice_7.pdf'}");
    Bodies.assertJson(
        part("gemini", PDF, "/contents/0/parts/1"),
        "{'inlineData':{'mimeType':'application/pdf','data':'WsO8cmljaA=='}}");
    Bodies.assertJson(
        part("bedrock", PDF, "/messages/0/content/1"),
        "{'document':{'name':'invoice-7-pdf','format':'pdf','source':{'bytes':'WsO8cmljaA=='}}}");
  }

  @Test
  void otherFilesAndLinksGoWhereTheyAreTaken() throws IOException {
    Bodies.assertJson(
        part("anthropic", file("text/markdown", "a.md"), "/messages/0/content/1/source"),
        "{'type':'text','media_type':'text/plain','data':'Zürich'}");
    Bodies.assertJson(
        part("anthropic", LINK, "/messages/0/content/1"),
        "{'type':'document','source':{'type':'url','url':'https://example.org/a.pdf'}}");
    Bodies.assertJson(
        part("gemini", LINK, "/contents/0/parts/1"),
        "{'fileData':{'mimeType':'application/pdf','fileUri':'https://example.org/a.pdf'}}");
    assertThat(part("bedrock", file(DOCX, "a"), "/messages/0/content/1/document/format").asText())
        .isEqualTo("docx");
  }

  @Test
  void soundsGoWhereTheyAreTaken() throws IOException {
    Bodies.assertJson(
        part("openai", audio("audio/mpeg"), "/messages/0/content/1"),
        "{'type':'input_audio','input_audio':{'data':'AQID','format':'mp3'}}");
    Bodies.assertJson(
        part("gemini", audio("audio/flac"), "/contents/0/parts/1"),
        "{'inlineData':{'mimeType':'audio/flac','data':'AQID'}}");
  }

  @Test
  void awsIsToldOfTwoFilesByTwoNamesAndOfAFileInWords() throws IOException {
    ChatRequest request = ChatRequest.builder().user(PDF, PDF).build();
    JsonNode content = Bodies.write(protocol("bedrock"), request, true).at("/messages/0/content");
    assertThat(content.findValuesAsText("name"))
        .containsExactly("invoice-7-pdf", "invoice-7-pdf (2)");
    assertThat(content.get(2).get("text").asText()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "groq, pdf, groq takes no files",
    "groq, wav, groq takes no audio",
    "vllm, pdf, vllm takes no files",
    "responses, wav, the Responses API of openai takes no audio",
    "openai, link, 'openai takes files by bytes, not by URL'",
    "openai, docx, openai takes files as PDF",
    "openai, flac, openai takes audio as WAV or MP3",
    "anthropic, docx, anthropic takes files as PDF or text",
    "anthropic, wav, anthropic takes no audio",
    "old claude, pdf, anthropic reads no PDF with this model",
    "vertex, link, 'anthropic on Vertex takes such a file by bytes, not by URL'",
    "gemini, docx, gemini takes files as PDF or text",
    "gemini, midi, 'gemini takes audio as WAV, MP3, AIFF, AAC, OGG or FLAC'",
    "old gemini, link, 'gemini takes files by bytes, or by an https:// URL with models that fetch"
        + " them'",
    "bedrock, link, 'bedrock takes files by bytes, not by URL'",
    "bedrock, zip, 'bedrock takes files as PDF, text, Markdown, HTML, CSV, Word or Excel'",
    "bedrock, wav, bedrock takes no audio by this library",
  })
  void whatIsNotTakenIsRefusedByName(String vendor, String kind, String obstacle) {
    Part part =
        switch (kind) {
          case "pdf" -> PDF;
          case "link" -> LINK;
          case "docx" -> file(DOCX, "a.docx");
          case "zip" -> file("application/zip", "a.zip");
          default -> audio("audio/" + kind);
        };
    assertThat(protocol(vendor).cannotServe(about(part))).contains(obstacle);
  }

  @Test
  void whatIsNoFileIsRefusedAtOnce() {
    assertThatThrownBy(() -> file("pdf", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A file's media type is like \"application/pdf\", not \"pdf\"");
    assertThatThrownBy(() -> file("text/plain", "../a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Part.File.of(new byte[(20 << 20) + 1], "text/plain", "a"))
        .hasMessageContaining("1 to 20971520 bytes, this one has 20971521");
    assertThatThrownBy(() -> Part.File.of(URI.create("file:/a"), "text/plain"))
        .hasMessageContaining("scheme is \"file\"");
    assertThatThrownBy(() -> audio("video/mp4")).hasMessageContaining("video/mp4");
    assertThat(PDF + " " + LINK + " " + audio("audio/wav"))
        .isEqualTo(
            "File[application/pdf, 7 bytes] File[application/pdf, by URL] Audio[audio/wav, 3 bytes]");
  }
}
