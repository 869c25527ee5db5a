import Anthropic from '@anthropic-ai/sdk';
import { askAll } from './asks.mjs';

const client = new Anthropic({ apiKey: 'not-a-secret', baseURL: process.argv[2], maxRetries: 0 });
const asked = (question) => ({
  model: 'm',
  max_tokens: 100,
  messages: [{ role: 'user', content: question }],
  tools: [{ name: 'track', input_schema: { type: 'object' } }],
});

function read(message) {
  const text = message.content.filter((block) => block.type === 'text').map((block) => block.text);
  const calls = message.content
    .filter((block) => block.type === 'tool_use')
    .map((block) => `${block.id} ${block.name} ${JSON.stringify(block.input)}`);
  return `${text.join('')} [${calls.join(', ')}] ${message.stop_reason} ${message.usage.output_tokens}`;
}

async function whole(request) {
  return read(await client.messages.create(request));
}

async function streamed(request) {
  return read(await client.messages.stream(request).finalMessage());
}

async function told(request) {
  const { content } = await client.messages.create(request);
  const result = { type: 'tool_result', tool_use_id: content[0].id, content: 'in Hamburg' };
  const more = [{ role: 'assistant', content }, { role: 'user', content: [result] }];
  return whole({ ...request, messages: [...request.messages, ...more] });
}

await askAll({ asked, whole, streamed, told });
