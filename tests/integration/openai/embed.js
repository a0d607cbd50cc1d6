// What somebody writes who has OpenAI's client and our address: `node embed.js` with OPENAI_BASE_URL and OPENAI_API_KEY set.
// Prints one JSON object: what each call gave, or the error that the client threw.

import OpenAI from 'openai';

const client = new OpenAI({ maxRetries: 0 });
const stranger = new OpenAI({ maxRetries: 0, apiKey: 'not-a-token' });
const model = process.env.MODEL;

async function told(call) {
    try {
        return await call();
    } catch (error) {
        const { status, code, param, type, message } = error;
        return { thrown: error.constructor.name, status, code, param, type, message };
    }
}

const calls = {
    one: () => client.embeddings.create({ model, input: 'The quick brown fox' }),
    many: () => client.embeddings.create({ model, input: ['The quick brown fox', 'Ein Fuchs 🦊'], encoding_format: 'float' }),
    cut: () => client.embeddings.create({ model, input: 'The quick brown fox', dimensions: 64, user: 'somebody' }),
    models: async () => (await client.models.list()).data,
    model: () => client.models.retrieve(model),
    tokens: () => client.embeddings.create({ model, input: [791, 4062] }),
    unknown: () => client.embeddings.create({ model: 'text-embedding-3-small', input: 'fox' }),
    stranger: () => stranger.embeddings.create({ model, input: 'fox' }),
    elsewhere: () => client.chat.completions.create({ model, messages: [{ role: 'user', content: 'fox' }] }),
};

const answers = {};
for (const [name, call] of Object.entries(calls)) {
    answers[name] = await told(call);
}
console.log(JSON.stringify(answers));
