import OpenAI from 'openai';
import { askAll } from './asks.mjs';

const client = new OpenAI({ apiKey: 'not-a-secret', baseURL: process.argv[2] + '/v1', maxRetries: 0 });
const asked = (question) => ({
  model: 'm',
  messages: [{ role: 'user', content: question }],
  tools: [{ type: 'function', function: { name: 'track', parameters: { type: 'object' } } }],
});

function read(completion) {
  const { message, finish_reason: reason } = completion.choices[0];
  const calls = (message.tool_calls ?? []).map((call) => `${call.id} ${call.function.name} ${call.function.arguments}`);
  return `${message.content ?? ''} [${calls.join(', ')}] ${reason} ${completion.usage.completion_tokens}`;
}

async function whole(request) {
  return read(await client.chat.completions.create(request));
}

async function streamed(request) {
  const usage = { include_usage: true };
  return read(await client.chat.completions.stream({ ...request, stream_options: usage }).finalChatCompletion());
}

async function told(request) {
  const { message } = (await client.chat.completions.create(request)).choices[0];
  const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'in Hamburg' };
  return whole({ ...request, messages: [...request.messages, message, result] });
}

await askAll({ asked, whole, streamed, told });
