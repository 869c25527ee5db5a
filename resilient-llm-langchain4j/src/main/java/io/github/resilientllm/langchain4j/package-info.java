/**
 * LangChain4j beside this library: its models as targets of a client, a client as its models, and
 * its chat memory on a journal.
 *
 * <p>{@link io.github.resilientllm.langchain4j.LangChain4jProvider} is one of LangChain4j's models
 * as a target, {@link io.github.resilientllm.langchain4j.LangChain4jModels} a client as
 * LangChain4j's models, and {@link io.github.resilientllm.langchain4j.JournalChatMemoryStore} its
 * memory. What lives here besides translates one vocabulary into the other; nothing here retries,
 * waits or decides, which is the engine's.
 *
 * <p>It runs on LangChain4j 1.19 to 1.23. What is not in all of them stands in classes of its own,
 * which the others never load.
 */
@NullMarked
package io.github.resilientllm.langchain4j;

import org.jspecify.annotations.NullMarked;
