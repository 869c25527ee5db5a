package io.github.resilientllm.spring.kotlin

import io.github.resilientllm.chat.LlmException
import io.github.resilientllm.spring.LlmFallback
import io.github.resilientllm.spring.LlmService
import io.github.resilientllm.spring.UserMessage
import kotlinx.coroutines.flow.Flow
import org.springframework.stereotype.Service

@LlmService
interface ShopDesk {
  suspend fun answer(question: String): String

  @UserMessage("What is this mail about? {{mail}}")
  suspend fun ticket(mail: String): Ticket

  fun words(question: String): Flow<String> // or a Flow<ChatEvent>
}

data class Ticket(
  val subject: String,
  val parcel: String?, // null if the mail names none
  val priority: Int = 3, // if the mail does not tell
)

@Service
class Mails(private val desk: ShopDesk) {
  @LlmFallback(method = "unread")
  suspend fun subject(mail: String): String = desk.ticket(mail).subject

  suspend fun unread(mail: String, failure: LlmException): String = "Unread: ${mail.take(20)}"
}
