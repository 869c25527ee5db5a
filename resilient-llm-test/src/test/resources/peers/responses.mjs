import OpenAI from 'openai';
import { askAll } from './asks.mjs';

const client = new OpenAI({ apiKey: 'not-a-secret', baseURL: process.argv[2] + '/v1', maxRetries: 0 });
const asked = (question) => ({
  model: 'm',
  input: [{ role: 'user', content: question }],
  tools: [{ type: 'function', name: 'track', parameters: { type: 'object' }, strict: false }],
});

function read(response) {
  const calls = response.output
    .filter((item) => item.type === 'function_call')
    .map((call) => `${call.call_id} ${call.name} ${call.arguments}`);
  return `${response.output_text} [${calls.join(', ')}] ${response.status} ${response.usage.output_tokens}`;
}

async function whole(request) {
  return read(await client.responses.create(request));
}

async function streamed(request) {
  return read(await client.responses.stream(request).finalResponse());
}

async function told(request) {
  const { output } = await client.responses.create(request);
  const result = { type: 'function_call_output', call_id: output[0].call_id, output: 'in Hamburg' };
  return whole({ ...request, input: [...request.input, ...output, result] });
}

await askAll({ asked, whole, streamed, told });
