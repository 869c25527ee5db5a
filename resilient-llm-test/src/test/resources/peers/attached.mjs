import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'not-a-secret', baseURL: process.argv[2] + '/v1', maxRetries: 0 });
const asked = {
  model: 'gpt-5.6',
  input: 'Will it rain?',
  tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }],
};

function read(response) {
  const calls = response.output
    .filter((item) => item.type === 'function_call')
    .map((call) => `${call.call_id} ${call.name} ${call.arguments}`);
  const sealed = response.output.filter((item) => item.type === 'reasoning').map((item) => item.encrypted_content);
  return `${response.output_text} [${calls.join(', ')}] ${sealed} ${response.usage.output_tokens}`;
}

let rest = '';
for await (const event of await client.responses.retrieve('resp_1', { stream: true, starting_after: 9 })) {
  if (event.type === 'response.output_text.delta') {
    rest += event.delta;
  }
}
console.log('whole:', read(await client.responses.create(asked)));
console.log('streamed:', read(await client.responses.stream(asked).finalResponse()));
console.log('rest:', rest);
