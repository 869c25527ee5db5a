package io.github.resilientllm.spring.boot;

import io.github.resilientllm.spring.internal.Names;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code resilient-llm.*} says of providers, targets, policies and the journal. Names are the
 * application's own: a name with a dot needs brackets, so model names are no good ones.
 *
 * @param enabled Whether clients are configured at all.
 * @param defaultPolicy The policy of an LlmClient that is injected without @Llm. By default
 *     "default", or the only policy there is.
 * @param providers Endpoints of vendors by name. A name such as openai, anthropic or mistral says
 *     the type as well.
 * @param targets Models by name, each at a provider or at an LlmProvider bean.
 * @param policies How calls are kept working, by name. Without any there is "default", which uses
 *     the only target, or all LlmProvider beans by their order.
 * @param journal Where conversations are kept.
 * @param outbox Where work waits out an outage.
 * @param unknownProperties What to do about properties below resilient-llm that are not known. A
 *     program that may be started with the configuration of a newer one warns.
 */
@ConfigurationProperties("resilient-llm")
record ResilientLlmProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String defaultPolicy,
    @DefaultValue Map<String, ProviderProperties> providers,
    @DefaultValue Map<String, TargetProperties> targets,
    @DefaultValue Map<String, PolicyProperties> policies,
    @DefaultValue @NestedConfigurationProperty JournalProperties journal,
    @DefaultValue @NestedConfigurationProperty OutboxProperties outbox,
    @DefaultValue("fail") UnknownProperties unknownProperties) {

  /** Joins the spellings of a name. */
  ResilientLlmProperties {
    providers = Names.joined(providers);
    targets = Names.joined(targets);
    policies = Names.joined(policies);
  }
}
