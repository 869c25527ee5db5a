package io.github.resilientllm.spring.kotlin

import io.github.resilientllm.test.Vendor
import org.springframework.boot.SpringApplication
import org.springframework.boot.WebApplicationType
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.autoconfigure.ImportAutoConfiguration
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.context.annotation.Configuration
import java.time.Duration
import kotlin.reflect.KClass

val SOON: Duration = Duration.ofSeconds(20)

/** Waits until it has been asked. */
fun Vendor.awaitRequest() {
  val until = System.nanoTime() + SOON.toNanos()
  while (requests().isEmpty() && System.nanoTime() < until) Thread.onSpinWait()
  check(requests().isNotEmpty()) { "nobody asked" }
}

/** An application in Kotlin that asks one vendor, once for each question. */
class Shop(vendor: Vendor, vararg beans: KClass<*>, profile: String = "default") : AutoCloseable {
  val context: ConfigurableApplicationContext =
    SpringApplication(App::class.java, *beans.map { it.java }.toTypedArray()).run {
      setWebApplicationType(WebApplicationType.NONE)
      run(
        "--spring.main.banner-mode=off",
        "--spring.profiles.active=$profile",
        "--resilient-llm.providers.openai.base-url=${vendor.baseUrl()}",
        "--resilient-llm.providers.openai.api-key=k",
        "--resilient-llm.targets.gpt.provider=openai",
        "--resilient-llm.targets.gpt.model=gpt-4.1-mini",
        "--resilient-llm.targets.big.provider=openai",
        "--resilient-llm.targets.big.model=gpt-4.1",
        "--resilient-llm.policies.default.targets=gpt",
        "--resilient-llm.policies.default.retry.max-attempts=1",
        "--resilient-llm.policies.thorough.targets=big",
      )
    }

  inline fun <reified T : Any> bean(): T = context.getBean(T::class.java)

  override fun close() = context.close()

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  class App
}
