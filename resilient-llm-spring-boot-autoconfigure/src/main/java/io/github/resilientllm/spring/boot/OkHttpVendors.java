package io.github.resilientllm.spring.boot;

import io.github.resilientllm.okhttp.Anthropic;
import io.github.resilientllm.okhttp.ApiKey;
import io.github.resilientllm.okhttp.AwsIdentity;
import io.github.resilientllm.okhttp.AzureOpenAi;
import io.github.resilientllm.okhttp.Bedrock;
import io.github.resilientllm.okhttp.Dialect;
import io.github.resilientllm.okhttp.Gemini;
import io.github.resilientllm.okhttp.OpenAi;
import io.github.resilientllm.provider.LlmProvider;
import io.github.resilientllm.spring.LlmCredentials;
import io.github.resilientllm.spring.internal.SetupException;
import java.net.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/** The vendors of the okhttp module. */
final class OkHttpVendors implements Vendors, ApplicationListener<ApplicationReadyEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(OkHttpVendors.class);

  /** How the front doors begin to refuse a key over plain http://. */
  private static final String KEY_IN_THE_OPEN = "The key would go over plain http://";

  private final OkHttpClients clients;
  private final Map<String, OkHttpClient> made = new HashMap<>();

  private final List<LlmCredentials> credentials;
  private final List<LateProvider> late = new ArrayList<>();
  private final Supplier<@Nullable AwsIdentity> identity;
  private final Supplier<@Nullable OllamaConnectionDetails> ollama;

  /**
   * The vendors.
   *
   * @param credentials in their order
   * @param identity whom AWS is shown where a provider says so; null for whom the SDK finds
   * @param ollama where an Ollama server was started; null if none was
   */
  OkHttpVendors(
      OkHttpClients clients,
      List<LlmCredentials> credentials,
      Supplier<@Nullable AwsIdentity> identity,
      Supplier<@Nullable OllamaConnectionDetails> ollama) {
    this.clients = clients;
    this.credentials = credentials;
    this.identity = identity;
    this.ollama = ollama;
  }

  @Override
  public LlmProvider provider(String name, ProviderProperties settings, String model) {
    ApiKey token = token(name);
    ApiKey key = token == null ? key(name, settings) : token;
    boolean isToken = token != null;
    ProviderKind kind = ProviderKind.of(name, settings);
    kind.check(name, settings, key != null);
    String vendor = kind.dialect() == null ? word(kind.type()) : null;
    if (vendor == null || !clients.mayBeLate() || !settings.isPlain()) {
      return make(kind, new Endpoint(name, settings, key, isToken, client(name, settings)), model);
    }
    LateProvider provider =
        new LateProvider(
            vendor,
            model,
            () -> make(kind, new Endpoint(name, settings, key, isToken, null), model));
    late.add(provider);
    return provider;
  }

  /** What the vendor of a type is called, where its own address leaves nothing to get wrong. */
  private static @Nullable String word(ProviderType type) {
    return switch (type) {
      case OPENAI -> "openai";
      case ANTHROPIC -> "anthropic";
      case GEMINI -> "gemini";
      case AZURE_OPENAI, BEDROCK -> null;
    };
  }

  /** Loads what the first calls need, beside what the application does first. */
  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    List<LateProvider> all = List.copyOf(late);
    if (all.isEmpty()) {
      return;
    }
    Thread loading = new Thread(() -> load(all), "resilient-llm-warm-up");
    loading.setDaemon(true);
    loading.start();
  }

  private static void load(List<LateProvider> all) {
    try {
      all.forEach(LateProvider::provider);
    } catch (RuntimeException | LinkageError e) { // the first call says it to somebody
      LOG.debug("A provider cannot be made yet", e);
    }
  }

  private LlmProvider make(ProviderKind kind, Endpoint endpoint, String model) {
    return switch (kind.type()) {
      case OPENAI -> openAi(endpoint, model, kind.dialect());
      case AZURE_OPENAI -> azure(endpoint, model);
      case ANTHROPIC -> anthropic(endpoint, model);
      case GEMINI -> gemini(endpoint, model);
      case BEDROCK -> bedrock(endpoint, model);
    };
  }

  private @Nullable OkHttpClient client(String name, ProviderProperties settings) {
    if (!made.containsKey(name)) {
      made.put(name, clients.client(name, settings));
    }
    return made.get(name);
  }

  /** A token whose end is known, which some vendors want elsewhere than a key. */
  private @Nullable ApiKey token(String name) {
    for (LlmCredentials each : credentials) {
      Supplier<LlmCredentials.Token> source = each.token(name);
      if (source != null) {
        return ApiKey.expiring(
            () -> {
              LlmCredentials.Token token = source.get();
              return new ApiKey.Token(token.value(), token.expires());
            });
      }
    }
    return null;
  }

  private @Nullable ApiKey key(String name, ProviderProperties settings) {
    for (LlmCredentials each : credentials) {
      Supplier<String> source = each.key(name);
      if (source != null) {
        return ApiKey.supplied(source);
      }
    }
    Secret secret = settings.apiKey();
    if (secret == null || secret.isBlank()) {
      return null;
    }
    String at = "resilient-llm.providers." + name + ".api-key";
    try {
      return ApiKey.of(secret.reveal(at));
    } catch (IllegalArgumentException e) {
      throw PropertyWords.wrong(at, e);
    }
  }

  private LlmProvider openAi(Endpoint from, String model, @Nullable DialectName dialect) {
    OpenAi.Builder builder = from.responds() ? OpenAi.responses(model) : OpenAi.model(model);
    if (from.settings.background()) {
      builder.background();
    }
    if (dialect != null) {
      builder.dialect(dialect(dialect));
    }
    OllamaConnectionDetails started = dialect == DialectName.OLLAMA ? ollama.get() : null;
    String url = started == null ? from.settings.baseUrl() : started.address() + "/v1";
    from.set("base-url", url, builder::baseUrl);
    from.apply(builder::apiKey, builder::client, builder::header);
    from.connect(builder::proxy, builder::connectTimeout);
    from.tune(
        builder::proxyCredentials,
        builder::keepAlive,
        builder::http2,
        builder::allowKeyOverPlainHttp);
    return from.build(builder::build);
  }

  private static LlmProvider azure(Endpoint from, String deployment) {
    AzureOpenAi.Builder builder =
        from.responds() ? AzureOpenAi.responses(deployment) : AzureOpenAi.deployment(deployment);
    if (from.settings.background()) {
      builder.background();
    }
    from.set("base-url", from.settings.baseUrl(), builder::endpoint);
    from.set("api-version", from.settings.apiVersion(), builder::apiVersion);
    from.apply(
        from.isToken ? builder::entraToken : builder::apiKey, builder::client, builder::header);
    from.connect(builder::proxy, builder::connectTimeout);
    from.tune(
        builder::proxyCredentials,
        builder::keepAlive,
        builder::http2,
        builder::allowKeyOverPlainHttp);
    return from.build(builder::build);
  }

  private static LlmProvider anthropic(Endpoint from, String model) {
    Anthropic.Builder builder = Anthropic.model(model);
    from.set("base-url", from.settings.baseUrl(), builder::baseUrl);
    from.set("api-version", from.settings.apiVersion(), builder::version);
    boolean isToken = from.isToken || from.settings.vertex() != null;
    from.vertex(builder::vertex);
    from.apply(isToken ? builder::authToken : builder::apiKey, builder::client, builder::header);
    from.connect(builder::proxy, builder::connectTimeout);
    from.tune(
        builder::proxyCredentials,
        builder::keepAlive,
        builder::http2,
        builder::allowKeyOverPlainHttp);
    return from.build(builder::build);
  }

  private static LlmProvider gemini(Endpoint from, String model) {
    Gemini.Builder builder = Gemini.model(model);
    from.vertex(builder::vertex);
    from.set("base-url", from.settings.baseUrl(), builder::baseUrl);
    from.apply(builder::apiKey, builder::client, builder::header);
    from.connect(builder::proxy, builder::connectTimeout);
    from.tune(
        builder::proxyCredentials,
        builder::keepAlive,
        builder::http2,
        builder::allowKeyOverPlainHttp);
    return from.build(builder::build);
  }

  private LlmProvider bedrock(Endpoint from, String model) {
    Bedrock.Builder builder = Bedrock.model(model);
    if (from.settings.iam()) {
      AwsIdentity bean = identity.get();
      builder.iam(bean == null ? chain(from) : bean);
    }
    from.set("base-url", from.settings.baseUrl(), builder::baseUrl);
    from.set("region", from.settings.region(), builder::region);
    from.apply(builder::apiKey, builder::client, builder::header);
    from.connect(builder::proxy, builder::connectTimeout);
    from.tune(
        builder::proxyCredentials,
        builder::keepAlive,
        builder::http2,
        builder::allowKeyOverPlainHttp);
    return from.build(builder::build);
  }

  private static AwsIdentity chain(Endpoint from) {
    try {
      return AwsIdentity.chain();
    } catch (IllegalStateException e) {
      throw new SetupException(
          from.at + ".iam is set, and the AWS SDK is not on the class path.",
          "Add the dependency software.amazon.awssdk:auth.");
    }
  }

  private static Dialect dialect(DialectName name) {
    return switch (name) {
      case OPENAI -> Dialect.OPENAI;
      case GROQ -> Dialect.GROQ;
      case MISTRAL -> Dialect.MISTRAL;
      case DEEPSEEK -> Dialect.DEEPSEEK;
      case OPENROUTER -> Dialect.OPENROUTER;
      case XAI -> Dialect.XAI;
      case TOGETHER -> Dialect.TOGETHER;
      case FIREWORKS -> Dialect.FIREWORKS;
      case CEREBRAS -> Dialect.CEREBRAS;
      case GEMINI_OPENAI -> Dialect.GEMINI;
      case VLLM -> Dialect.VLLM;
      case OLLAMA -> Dialect.OLLAMA;
      case LM_STUDIO -> Dialect.LM_STUDIO;
      case COMPATIBLE -> Dialect.COMPATIBLE;
    };
  }

  /** What all front doors are given. */
  private static final class Endpoint {
    private final String name;
    private final String at;
    private final ProviderProperties settings;
    private final @Nullable ApiKey key;
    private final boolean isToken;
    private final @Nullable OkHttpClient client;

    Endpoint(
        String name,
        ProviderProperties settings,
        @Nullable ApiKey key,
        boolean isToken,
        @Nullable OkHttpClient client) {
      this.name = name;
      this.at = "resilient-llm.providers." + name;
      this.settings = settings;
      this.key = key;
      this.isToken = isToken;
      this.client = client;
    }

    boolean responds() {
      return settings.protocol() == ProviderProperties.Protocol.RESPONSES;
    }

    void vertex(BiConsumer<String, String> setter) {
      ProviderProperties.VertexProperties vertex = settings.vertex();
      if (vertex == null || vertex.project() == null || vertex.location() == null) {
        return;
      }
      try {
        setter.accept(vertex.project(), vertex.location());
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(at + ".vertex", e);
      }
    }

    void set(String property, @Nullable String value, Consumer<String> setter) {
      if (value == null || value.isBlank()) {
        return;
      }
      try {
        setter.accept(value);
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(at + "." + property, e);
      }
    }

    void apply(Consumer<ApiKey> setKey, Consumer<OkHttpClient> setClient, HeaderSetter setHeader) {
      if (key != null) {
        setKey.accept(key);
      }
      if (client != null) {
        setClient.accept(client);
      }
      settings
          .headers()
          .forEach((name, value) -> set("headers." + name, value, v -> setHeader.set(name, v)));
    }

    /** Sets how to connect, where the client that all share is to differ in that only. */
    void connect(Consumer<Proxy> setProxy, Consumer<Duration> setTimeout) {
      if (client != null) {
        return;
      }
      Proxy proxy = OkHttpClients.proxy(name, settings);
      if (proxy != null) {
        setProxy.accept(proxy);
      }
      Duration timeout = OkHttpClients.connectTimeout(name, settings);
      if (timeout != null) {
        setTimeout.accept(timeout);
      }
    }

    /** Sets what holds for any client, also one of the provider's own. */
    void tune(
        BiConsumer<String, String> setLogin,
        Consumer<Duration> setKeepAlive,
        Consumer<Duration> setHttp2,
        Runnable allowKeyOverPlainHttp) {
      ProxyLogin login = ProxyLogin.of(at, settings.proxy());
      if (login != null) {
        setLogin.accept(login.user(), login.password());
      }
      time("keep-alive", settings.keepAlive(), setKeepAlive);
      ProviderProperties.Http2Properties http2 = settings.http2();
      time("http2.ping-interval", http2 == null ? null : http2.pingInterval(), setHttp2);
      if (settings.allowKeyOverPlainHttp()) {
        allowKeyOverPlainHttp.run();
      }
    }

    private void time(String property, @Nullable Duration time, Consumer<Duration> setter) {
      if (time == null) {
        return;
      }
      try {
        setter.accept(time);
      } catch (IllegalArgumentException e) {
        throw PropertyWords.wrong(at + "." + property, e);
      }
    }

    LlmProvider build(Supplier<LlmProvider> builder) {
      try {
        return builder.get();
      } catch (IllegalStateException e) {
        String reason = String.valueOf(e.getMessage());
        if (reason.startsWith(KEY_IN_THE_OPEN)) {
          throw new SetupException(
              at + ".base-url is set wrongly: " + reason.replaceFirst(";.*", "."),
              "Set it to an https:// address, or set "
                  + at
                  + ".allow-key-over-plain-http to true if the network is your own.");
        }
        throw new SetupException(at + " is not complete: " + e.getMessage() + ".", "Add it.");
      }
    }
  }

  @FunctionalInterface
  private interface HeaderSetter {
    void set(String name, String value);
  }
}
