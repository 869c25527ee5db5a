/** The programs of docs/testing.md, and an application with two defects that the kit finds. */
package io.github.resilientllm.examples.testing;
