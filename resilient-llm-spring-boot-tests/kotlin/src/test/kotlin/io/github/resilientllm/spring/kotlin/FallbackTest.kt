package io.github.resilientllm.spring.kotlin

import io.github.resilientllm.chat.ChatRequest
import io.github.resilientllm.chat.LlmClient
import io.github.resilientllm.chat.LlmException
import io.github.resilientllm.spring.LlmFallback
import io.github.resilientllm.spring.LlmFallbackHandler
import io.github.resilientllm.test.Trouble
import io.github.resilientllm.test.Vendor
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.springframework.stereotype.Component
import java.io.IOException
import java.util.concurrent.CopyOnWriteArrayList

/** `@LlmFallback` on suspend functions. */
class FallbackTest {
  @BeforeEach
  fun forget() {
    vendor.forgets()
    shop.bean<Bot>().told.clear()
  }

  @Component
  class Bot(private val llm: LlmClient) {
    @LlmFallback(method = "offline")
    suspend fun answer(question: String): String {
      yield()
      return withContext(Dispatchers.IO) { ask(question) }
    }

    private suspend fun offline(question: String, failure: LlmException): String {
      yield()
      return "$question: ${failure.kind()}"
    }

    @LlmFallback(method = "zero", applyOn = [IOException::class])
    suspend fun count(of: String): Int {
      yield()
      throw IOException(of)
    }

    // one that does not suspend may answer for one that does
    fun zero(failure: IOException): Int = failure.message!!.length

    @LlmFallback(method = "unknown", applyOn = [IOException::class])
    suspend fun orNull(of: String): String? = if (of == "null") null else throw IOException(of)

    fun unknown(of: String): String? = null

    val told: MutableList<String> = CopyOnWriteArrayList()

    @LlmFallback(method = "silence")
    suspend fun tell(question: String) {
      told += ask(question)
    }

    suspend fun silence(question: String) {
      yield()
      told += "nothing"
    }

    @LlmFallback(handler = Sorry::class)
    suspend fun handled(question: String): String = ask(question)

    @LlmFallback(policy = "thorough")
    suspend fun thoroughly(question: String): String {
      val first = ask(question)
      return first + withContext(Dispatchers.IO) { ask(question) }
    }

    @LlmFallback(timeout = "300ms", method = "late")
    suspend fun soon(question: String): String {
      withContext(Dispatchers.IO) { yield() }
      return ask(question)
    }

    fun late(failure: LlmException) = "${failure.kind()}"

    suspend fun ask(question: String): String = llm.chatAsync(ChatRequest.of(question)).await().text()
  }

  class Sorry : LlmFallbackHandler<String> {
    override fun handle(failed: LlmFallbackHandler.Failed) = "Sorry, ${failed.arguments()}"
  }

  private fun <T> asked(ask: suspend Bot.() -> T): T = runBlocking { shop.bean<Bot>().ask() }

  @Test
  fun `what it gives is given`() {
    vendor.says("In Hamburg.")
    asked {
      assertThat(answer("Where?")).isEqualTo("In Hamburg.")
      assertThat(orNull("null")).isNull()
      tell("Where?")
      assertThat(told).containsExactly("In Hamburg.")
    }
  }

  @Test
  fun `a failure after it has suspended has its fallback, which may suspend too`() {
    vendor.`is`(Trouble.DOWN)
    asked {
      assertThat(answer("Where?")).isEqualTo("Where?: OVERLOADED")
      assertThat(count("seven77")).isEqualTo(7)
      assertThat(orNull("x")).isNull()
      assertThat(handled("Where?")).isEqualTo("Sorry, [Where?]")
      tell("Where?")
      assertThat(told).containsExactly("nothing")
    }
  }

  @Test
  fun `policy and time-out hold on every thread that it runs on, and not outside`() {
    vendor.says("Yes.")
    asked {
      assertThat(thoroughly("Where?")).isEqualTo("Yes.Yes.")
      ask("And?")
      assertThat(vendor.requests().map { it.question().model() }).containsExactly("gpt-4.1", "gpt-4.1", "gpt-4.1-mini")
    }
    vendor.`is`(Trouble.SILENT)
    assertThat(asked { soon("Where?") }).isIn("TIMEOUT", "DEADLINE_EXCEEDED")
  }

  @Test
  fun `two at a time have each their own`() {
    vendor.says("Yes.")
    asked {
      coroutineScope {
        val one = async { thoroughly("one") }
        val other = async { answer("two") }
        assertThat(listOf(one.await(), other.await())).containsExactly("Yes.Yes.", "Yes.")
      }
    }
    assertThat(vendor.requests().filter { it.question().text() == "two" }.map { it.question().model() })
      .containsExactly("gpt-4.1-mini")
    assertThat(vendor.requests().filter { it.question().text() == "one" }.map { it.question().model() })
      .containsOnly("gpt-4.1").hasSize(2)
  }

  @Test
  fun `cancelling the coroutine closes the connection and asks no fallback`() {
    vendor.`is`(Trouble.SILENT)
    asked {
      coroutineScope {
        val asking = launch(Dispatchers.Default) { tell("Where?") }
        vendor.awaitRequest()
        asking.cancelAndJoin()
      }
      assertThat(vendor.awaitClientLeft(SOON)).isTrue()
      assertThat(told).isEmpty()
    }
  }

  private companion object {
    val vendor: Vendor = Vendor.start("openai")
    val shop = Shop(vendor, Bot::class, Sorry::class)

    @AfterAll
    @JvmStatic
    fun close() {
      shop.close()
      vendor.close()
    }
  }
}
