package io.github.resilientllm.spring.kotlin.aot

import io.github.resilientllm.chat.ErrorKind
import io.github.resilientllm.chat.LlmException
import io.github.resilientllm.spring.LlmFallback
import io.github.resilientllm.spring.LlmService
import io.github.resilientllm.spring.LlmTool
import io.github.resilientllm.spring.UserMessage
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.springframework.boot.CommandLineRunner
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.context.annotation.Bean
import org.springframework.stereotype.Service

data class Letter(val subject: String, val sender: Sender?, val priority: Int = 3)

data class Sender(val name: String)

@LlmService(tools = [Parcels::class])
interface Letters {
  @UserMessage("What is this letter about? {{letter}}")
  suspend fun read(letter: String): Letter
}

@LlmService
interface Words {
  fun words(question: String): Flow<String>
}

class Parcels {
  @LlmTool("Says where a parcel is")
  suspend fun where(number: Number): String {
    yield()
    return "Hamburg"
  }

  data class Number(val digits: String, val country: String = "DE")
}

@Service
class Mails {
  @LlmFallback(method = "unread")
  suspend fun subject(mail: String): String {
    yield()
    throw LlmException(ErrorKind.OVERLOADED, "x")
  }

  private suspend fun unread(mail: String, failure: LlmException): String {
    yield()
    return "Unread: $mail, ${failure.kind()}"
  }
}

/** An application that says what it is told, and ends. */
@SpringBootApplication(proxyBeanMethods = false)
class AotShop {
  @Bean
  fun asks(letters: Letters, words: Words, mails: Mails) = CommandLineRunner {
    runBlocking {
      println("read: ${letters.read("Hello")}")
      println("words: ${words.words("Hello").toList().joinToString("")}")
      println("subject: ${mails.subject("Hello")}")
    }
  }
}

fun main(arguments: Array<String>) {
  runApplication<AotShop>(*arguments).close()
}
