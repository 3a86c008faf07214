// The ways a request can take through the cascade, each with the script that leads it there.
import { draftSim, verifySim } from './simulated.mjs';
import { target, token } from './target.mjs';

export const READ_TOOL = {
  name: 'read_file',
  description: 'Reads a file',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

const user = (text) => ({ model: target.model, max_tokens: 400, messages: [{ role: 'user', content: text }] });

/** Each: set up scripts for a fresh word; gives {params, text, model, reason, verify, draft}: numbers of upstream calls. */
export const PATHS = {
  async DIRECT() {
    const word = token();
    const text = `The file ${word} says: all is well.`;
    await verifySim.script(word, { text });
    return { word, text, reason: 'tools', params: { ...user(`What does ${word} say?`), tools: [READ_TOOL] }, verify: 1, draft: 0 };
  },
  async SKIPPED() {
    const word = token();
    const text = `The capital of ${word} is Quito, a city high in the mountains.`;
    await draftSim.script(word, { text });
    return { word, text, reason: 'simple', params: user(`Name the capital of ${word}.`), verify: 0, draft: 1 };
  },
  async ACCEPTED() {
    const word = token();
    const text = `In ${word} the loop runs once too often: use < instead of <=.`;
    await draftSim.script(word, { text });
    await verifySim.script(word, { text: 'USE_DRAFT' });
    return { word, text, reason: 'keyword:debug', params: user(`Please debug ${word} for me.`), verify: 1, draft: 1 };
  },
  async ENHANCED() {
    const word = token();
    const text = `In ${word} the loop is right, but the array is read before it is filled — naïve, but common 🙂.`;
    await draftSim.script(word, { text: `In ${word} there is nothing wrong at all, as far as I can see.` });
    await verifySim.script(word, { text });
    return { word, text, reason: 'keyword:debug', params: user(`Please debug ${word} for me.`), verify: 1, draft: 1 };
  },
  async FALLBACK() {
    const word = token();
    const text = `The verify model knows ${word} well.`;
    await draftSim.script(word, { status: 500 });
    await verifySim.script(word, { text });
    return { word, text, reason: 'simple,draft_status_500', params: user(`Tell me about ${word}.`), verify: 1, draft: 1 };
  },
};
