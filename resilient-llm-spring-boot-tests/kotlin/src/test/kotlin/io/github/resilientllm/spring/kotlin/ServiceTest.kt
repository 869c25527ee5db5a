package io.github.resilientllm.spring.kotlin

import io.github.resilientllm.chat.ChatEvent
import io.github.resilientllm.chat.ErrorKind
import io.github.resilientllm.chat.LlmException
import io.github.resilientllm.spring.LlmFallback
import io.github.resilientllm.spring.LlmService
import io.github.resilientllm.spring.LlmTool
import io.github.resilientllm.spring.UserMessage
import io.github.resilientllm.test.Trouble
import io.github.resilientllm.test.Vendor
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** `@LlmService` interfaces as one writes them in Kotlin. */
class ServiceTest {
  @BeforeEach
  fun forget() {
    vendor.forgets()
  }

  @LlmService
  interface Desk {
    suspend fun answer(question: String): String

    @UserMessage("{{greeting}}, where is {{parcel}}? {{hint}}")
    suspend fun where(parcel: String, hint: String? = null, greeting: String = "Hello"): String

    fun words(question: String): Flow<String>

    fun events(question: String): Flow<ChatEvent>

    @LlmFallback(method = "offline")
    suspend fun orOffline(question: String): String

    suspend fun offline(question: String, failure: LlmException): String {
      yield()
      return "$question: ${failure.kind()}"
    }
  }

  @LlmService(fallback = Offline::class)
  interface DeskOrOffline {
    suspend fun answer(question: String): String

    fun words(question: String): Flow<String>
  }

  class Offline : DeskOrOffline {
    override suspend fun answer(question: String): String {
      yield() // as what waits for a database
      return "We are offline."
    }

    override fun words(question: String) = flowOf("We are ", "offline.")
  }

  @LlmService(tools = [Parcels::class])
  interface DeskWithTools {
    suspend fun answer(question: String): String
  }

  class Parcels {
    @LlmTool("Says where a parcel is")
    suspend fun where(number: String, street: String?): String {
      yield()
      return "$number is in Hamburg, ${street ?: "nobody knows where"}"
    }
  }

  private fun <T> inShop(block: suspend (Shop) -> T): T = runBlocking { block(shop) }

  @Test
  fun `a suspend function gives the text`() {
    vendor.says("In Hamburg.")
    assertThat(inShop { it.bean<Desk>().answer("Where?") }).isEqualTo("In Hamburg.")
  }

  @Test
  fun `a parameter may have a default, and null where its type says so`() {
    inShop {
      it.bean<Desk>().where("4711")
      it.bean<Desk>().where("4711", "It was sent on Monday.", "Hi")
    }
    assertThat(vendor.requests().map { it.question().text() })
      .containsExactly("Hello, where is 4711? ", "Hi, where is 4711? It was sent on Monday.")
  }

  @Test
  fun `a flow is of the pieces of the text, or of the events`() {
    vendor.says("In Hamburg.")
    inShop { shop ->
      val words = shop.bean<Desk>().words("Where?")
      assertThat(vendor.requests()).describedAs("asked when it is collected").isEmpty()
      assertThat(words.toList().joinToString("")).isEqualTo("In Hamburg.")
      assertThat(words.toList().joinToString("")).isEqualTo("In Hamburg.")
      assertThat(vendor.requests()).hasSize(2)
      assertThat(shop.bean<Desk>().events("Where?").toList()).last().isInstanceOf(ChatEvent.Finished::class.java)
    }
  }

  @Test
  fun `a failure comes as it is`() {
    vendor.`is`(Trouble.DOWN)
    val failure = inShop { shop ->
      runCatching { shop.bean<Desk>().answer("Where?") }.exceptionOrNull() to
        runCatching { shop.bean<Desk>().words("Where?").toList() }.exceptionOrNull()
    }
    assertThat(listOf(failure.first, failure.second)).allSatisfy {
      assertThat((it as LlmException).kind()).isEqualTo(ErrorKind.OVERLOADED)
    }
  }

  @Test
  fun `the same function of the fallback answers, and may suspend`() {
    vendor.`is`(Trouble.DOWN)
    inShop { shop ->
      assertThat(shop.bean<DeskOrOffline>().answer("Where?")).isEqualTo("We are offline.")
      assertThat(shop.bean<DeskOrOffline>().words("Where?").toList()).containsExactly("We are ", "offline.")
    }
  }

  @Test
  fun `a function with a body is the last resort of one without`() {
    vendor.`is`(Trouble.DOWN)
    assertThat(inShop { it.bean<Desk>().orOffline("Where?") }).isEqualTo("Where?: OVERLOADED")
  }

  @Test
  fun `a tool may suspend`() {
    vendor.callsTool("where", """{"number":"4711","street":null}""").once()
    vendor.says("In Hamburg.")
    assertThat(inShop { it.bean<DeskWithTools>().answer("Where?") }).isEqualTo("In Hamburg.")
    assertThat(vendor.requests().last().question().body()).contains("4711 is in Hamburg, nobody knows where")
    assertThat(vendor.requests().last().question().body()).contains(""""required":["number","street"]""")
  }

  @Test
  fun `cancelling the coroutine closes the connection`() {
    vendor.`is`(Trouble.SILENT)
    assertCancelCloses { answer("Where?") }
  }

  @Test
  fun `cancelling the coroutine that collects closes the connection`() {
    vendor.says("one two three").streams(2).thenIsSilent()
    assertCancelCloses { words("Where?").collect {} }
  }

  @Test
  fun `whoever takes a part only closes the connection`() {
    vendor.says("one two three").streams(2).thenIsSilent()
    inShop { assertThat(it.bean<Desk>().words("Where?").take(1).toList()).hasSize(1) }
    assertThat(vendor.awaitClientLeft(SOON)).isTrue()
  }

  @Test
  fun `the documented application`() {
    vendor.says("""{"subject":"Late","parcel":null,"priority":null}""")
    inShop { shop ->
      assertThat(shop.bean<ShopDesk>().ticket("Where is it?")).isEqualTo(Ticket("Late", null, 3))
      assertThat(shop.bean<Mails>().subject("Where is it?")).isEqualTo("Late")
      vendor.`is`(Trouble.DOWN)
      assertThat(shop.bean<Mails>().subject("Where is it?")).isEqualTo("Unread: Where is it?")
    }
  }

  private fun assertCancelCloses(ask: suspend Desk.() -> Unit) {
    inShop { shop ->
      coroutineScope {
        val asking = launch(Dispatchers.Default) { shop.bean<Desk>().ask() }
        vendor.awaitRequest()
        asking.cancel()
        assertThat(vendor.awaitClientLeft(SOON)).isTrue()
        asking.join()
        assertThat(asking.isCancelled).isTrue()
      }
    }
  }

  private companion object {
    val vendor: Vendor = Vendor.start("openai")
    val shop = Shop(vendor, Mails::class)

    @AfterAll
    @JvmStatic
    fun close() {
      shop.close()
      vendor.close()
    }
  }
}
