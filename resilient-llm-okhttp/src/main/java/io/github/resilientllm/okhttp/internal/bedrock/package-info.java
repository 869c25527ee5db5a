/**
 * AWS Bedrock's Converse, with its frames' contents, its errors, and signatures by the AWS SDK.
 *
 * <p>The three nouns of each vendor: the model (here, for it also says how this vendor spells
 * things; of Claude it asks {@code models}), the plan and its writer, and the reader of answers.
 * What may not live here: another vendor. Only {@code SigV4} knows the AWS SDK, which need not be
 * there.
 */
@NullMarked
package io.github.resilientllm.okhttp.internal.bedrock;

import org.jspecify.annotations.NullMarked;
