package io.github.resilientllm.spring.kotlin.aot

import io.github.resilientllm.spring.AheadOfTime
import io.github.resilientllm.test.Vendor
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.walk

/** An application in Kotlin that was processed ahead of time, started on a JVM as such. */
class AotTest {
  @TempDir private lateinit var directory: Path

  @Test
  fun `it reads, streams and falls back`() {
    Vendor.start("openai").use { vendor ->
      vendor.says("""{"subject":"Parcel","sender":{"name":"Ada"},"priority":null}""")
      val said =
        AheadOfTime.run(
          Class.forName("${AotShop::class.java.name}Kt"), // where its main function is
          directory,
          "--spring.main.banner-mode=off",
          "--spring.main.web-application-type=none",
          "--resilient-llm.providers.openai.base-url=${vendor.baseUrl()}",
          "--resilient-llm.providers.openai.api-key=k",
          "--resilient-llm.targets.gpt.provider=openai",
          "--resilient-llm.targets.gpt.model=gpt-4.1-mini",
        )
      assertThat(said)
        .contains("Starting AOT-processed AotShopKt")
        .contains("read: Letter(subject=Parcel, sender=Sender(name=Ada), priority=3)")
        .contains("words: {\"subject\":\"Parcel\"")
        .contains("subject: Unread: Hello, OVERLOADED")
    }
    val forNativeImages = directory.resolve("resources").walk().joinToString { it.readText() }
    for (type in listOf(Letter::class, Sender::class, Parcels.Number::class)) {
      assertThat(forNativeImages).contains("\"${type.java.name}\"")
    }
    assertThat(forNativeImages).contains("\"unread\"", "\"where\"")
  }
}
