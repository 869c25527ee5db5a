package io.github.resilientllm.spring.kotlin

import io.github.resilientllm.spring.LlmFallback
import io.github.resilientllm.spring.LlmService
import io.github.resilientllm.spring.internal.SetupException
import io.github.resilientllm.test.Vendor
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Profile
import org.springframework.stereotype.Component
import tools.jackson.databind.json.JsonMapper
import kotlin.reflect.KClass

/** What cannot be meant stops the start, with the reason. */
class MistakeTest {

  @Profile("flow-of-numbers")
  @LlmService
  interface FlowOfNumbers {
    fun numbers(question: String): Flow<Int>
  }

  @Test
  fun `a flow of other things than text and events`() {
    assertThat(mistake("flow-of-numbers"))
      .contains("a stream is of pieces of text or of events.")
      .contains("a Flow<String> or a Flow<ChatEvent>")
  }

  @Profile("suspended-flow")
  @LlmService
  interface SuspendedFlow {
    suspend fun words(question: String): Flow<String>
  }

  @Test
  fun `a suspend function that returns a flow`() {
    assertThat(mistake("suspended-flow"))
      .contains("words(String): It is a Kotlin suspend function and returns a Flow.")
      .contains("Return the plain value, or remove suspend.")
  }

  @JvmInline
  value class Number(val value: String)

  data class Parcel(val number: Number)

  @Profile("value-class")
  @LlmService
  interface OfValueClass {
    suspend fun parcel(mail: String): Parcel
  }

  @Test
  fun `a value class`() {
    assertThat(mistake("value-class"))
      .contains("Parcel.number is of a value class of Kotlin's; take the type of what is in it.")
  }

  data class Ticket(val subject: String, val priority: Int = 3)

  @Profile("default-value")
  @LlmService
  interface WithDefault {
    suspend fun ticket(mail: String): Ticket
  }

  @Configuration(proxyBeanMethods = false)
  class WithoutModule {
    @Bean
    fun mapper(): JsonMapper = JsonMapper()
  }

  @Test
  fun `a default that the application's Jackson does not know`() {
    assertThat(mistake("default-value", WithoutModule::class))
      .contains("Ticket.priority has a default value")
      .contains("add its module for Kotlin, jackson-module-kotlin.")
  }

  @Component
  class Late {
    @LlmFallback
    suspend fun words(question: String): Flow<String> = emptyFlow()
  }

  @Component
  class Streaming {
    @LlmFallback
    fun words(question: String): Flow<String> = emptyFlow()
  }

  @Component
  class FallbackThatSuspends {
    @LlmFallback(method = "offline")
    fun answer(question: String): String = question

    suspend fun offline(question: String): String = question
  }

  @Component
  class FallbackOfAnotherType {
    @LlmFallback(method = "offline")
    suspend fun answer(question: String): String = question

    suspend fun offline(question: String): Int = question.length
  }

  class Final {
    @LlmFallback
    suspend fun answer(question: String): String = question
  }

  @Test
  fun `a failure that comes too late to be seen`() {
    assertThat(mistake("default", Late::class))
      .contains("words(String) cannot work:", "a Kotlin suspend function and returns a kotlinx.coroutines.flow.Flow")
    assertThat(mistake("default", Streaming::class))
      .contains("words(String) cannot work:", "returns a kotlinx.coroutines.flow.Flow")
  }

  @Test
  fun `a fallback that does not fit`() {
    assertThat(mistake("default", FallbackThatSuspends::class))
      .contains("There is only FallbackThatSuspends.offline(String), which is a suspend function.")
    assertThat(mistake("default", FallbackOfAnotherType::class))
      .contains("The method returns java.lang.String, and its fallback FallbackOfAnotherType.offline(String) returns java.lang.Integer.")
  }

  @Test
  fun `what is not open`() {
    assertThat(mistake("default", Final::class))
      .contains("The class is final", "Kotlin classes and functions are final unless they are open")
  }

  private fun mistake(profile: String, vararg beans: KClass<*>): String =
    Vendor.start("openai").use { vendor ->
      val failure = runCatching { Shop(vendor, *beans, profile = profile).close() }.exceptionOrNull()
      val mistake = generateSequence(failure) { it.cause }.filterIsInstance<SetupException>().first()
      "${mistake.message}\n${mistake.action()}"
    }
}
