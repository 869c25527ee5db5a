package io.github.resilientllm.spring.kotlin

import com.fasterxml.jackson.annotation.JsonPropertyDescription
import io.github.resilientllm.chat.ErrorKind
import io.github.resilientllm.chat.LlmException
import io.github.resilientllm.spring.LlmResult
import io.github.resilientllm.spring.LlmService
import io.github.resilientllm.test.Vendor
import kotlinx.coroutines.runBlocking
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import tools.jackson.databind.json.JsonMapper
import tools.jackson.module.kotlin.jsonMapper
import tools.jackson.module.kotlin.kotlinModule
import kotlin.reflect.KClass

/** Answers as data classes, read by us and by the application's Jackson. */
class AnswerTest {
  enum class Reader(vararg beans: KClass<*>) {
    OURS,
    JACKSON(Jackson::class);

    val shop by lazy { Shop(vendor, *beans) }
  }

  @Configuration(proxyBeanMethods = false)
  class Jackson {
    @Bean
    fun mapper(): JsonMapper = jsonMapper { addModule(kotlinModule()) }
  }

  data class Ticket(
    @param:JsonPropertyDescription("In five words at most") val subject: String,
    val parcel: String?,
    val priority: Int = 3,
    val note: String? = "none",
    val lines: List<Line> = emptyList(),
  )

  data class Line(val text: String, val isUrgent: Boolean)

  enum class Mood { GOOD, BAD }

  interface Reads<T> {
    suspend fun read(mail: String): T
  }

  @LlmService
  interface Sorter : Reads<Ticket> {
    suspend fun all(mail: String): List<Line>

    suspend fun mood(mail: String): LlmResult<Mood>

    suspend fun urgency(mail: String): Int

    fun now(mail: String): Ticket
  }

  private fun <T> sorted(reader: Reader, answer: String, ask: suspend Sorter.() -> T): T {
    vendor.says(answer)
    return runBlocking { reader.shop.bean<Sorter>().ask() }
  }

  private fun asked() = vendor.requests().last().question().body()

  @ParameterizedTest
  @EnumSource
  fun `a data class is read`(reader: Reader) {
    val answer = """{"subject":"Late","parcel":"4711","priority":1,"note":"fragile","lines":[{"text":"Hi","isUrgent":true}]}"""
    val ticket = Ticket("Late", "4711", 1, "fragile", listOf(Line("Hi", true)))
    assertThat(sorted(reader, answer) { read("...") }).isEqualTo(ticket)
    assertThat(sorted(reader, answer) { now("...") }).isEqualTo(ticket)
  }

  @ParameterizedTest
  @EnumSource
  fun `what is nullable or has a default may be null in JSON`(reader: Reader) {
    val answer = """{"subject":"Late","parcel":null,"priority":null,"note":null,"lines":null}"""
    assertThat(sorted(reader, answer) { read("...") }).isEqualTo(Ticket("Late", null))
    assertThat(asked())
      .contains(""""subject":{"type":"string","description":"In five words at most"}""")
      .contains(""""parcel":{"type":["string","null"]}""", """"priority":{"type":["integer","null"]}""")
      .contains(""""lines":{"type":["array","null"]""", """"isUrgent":{"type":"boolean"}""")
      .contains(""""required":["subject","parcel","priority","note","lines"]""")
  }

  @ParameterizedTest
  @EnumSource
  fun `what is neither must be there`(reader: Reader) {
    val noSubject = """{"subject":null,"parcel":null,"priority":null,"note":null,"lines":null}"""
    val notUrgent = """{"subject":"Late","parcel":null,"priority":null,"note":null,"lines":[{"text":"Hi","isUrgent":null}]}"""
    for (answer in listOf(noSubject, notUrgent)) {
      val failure = runCatching { sorted(reader, answer) { read("...") } }.exceptionOrNull()
      assertThat((failure as LlmException).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE)
    }
  }

  @ParameterizedTest
  @EnumSource
  fun `lists, results and numbers`(reader: Reader) {
    val line = """{"text":"Hi","isUrgent":false}"""
    assertThat(sorted(reader, """{"value":[$line,$line]}""") { all("...") })
      .containsExactly(Line("Hi", false), Line("Hi", false))
    assertThat(sorted(reader, """{"value":"BAD"}""") { mood("...") }.value()).isEqualTo(Mood.BAD)
    assertThat(sorted(reader, """{"value":7}""") { urgency("...") }).isEqualTo(7)
  }

  private companion object {
    val vendor: Vendor = Vendor.start("openai")

    @AfterAll
    @JvmStatic
    fun close() {
      Reader.entries.forEach { it.shop.close() }
      vendor.close()
    }
  }
}
