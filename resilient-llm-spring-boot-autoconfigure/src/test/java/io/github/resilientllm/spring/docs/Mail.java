package io.github.resilientllm.spring.docs;

/** Sends mails; whatever it is given twice with one key it sends once. */
interface Mail {
  void send(String to, String text, String key);
}
