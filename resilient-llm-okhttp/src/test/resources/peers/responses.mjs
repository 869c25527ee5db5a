import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'sk-not-a-secret', baseURL: process.argv[2], maxRetries: 0 });
const asked = {
  model: 'gpt-5.6',
  input: 'Will it rain?',
  tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }],
};

let text = '';
const stream = client.responses.stream(asked);
for await (const event of stream) {
  if (event.type === 'response.output_text.delta') {
    text += event.delta;
  }
}
const streamed = await stream.finalResponse();

let rest = '';
const attached = await client.responses.retrieve('resp_1', { stream: true, starting_after: 9 });
for await (const event of attached) {
  if (event.type === 'response.output_text.delta') {
    rest += event.delta;
  }
}

const whole = await client.responses.create(asked);
const read = (response) => ({
  text: response.output_text,
  calls: response.output
    .filter((item) => item.type === 'function_call')
    .map((call) => `${call.call_id} ${call.name} ${call.arguments}`),
  sealed: response.output.filter((item) => item.type === 'reasoning').map((item) => item.encrypted_content),
  tokens: response.usage.output_tokens,
});
console.log(JSON.stringify({ text, rest, streamed: read(streamed), whole: read(whole) }));
