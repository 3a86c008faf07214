// docs/conformance.md: which client passed how many tests of which area, and which upstream did under which dialect.
import { DRAFTER, JUDGE } from './places.mjs';

/** Client and dialect of tests that are not named "client over dialect, area: sentence": they came first. */
const OWN_AREAS = {
  streaming: 'text', 'not streamed': 'text', 'tool use': 'tools', thinking: 'thinking', images: 'images',
  'structured output': 'structured output', count_tokens: 'transport', models: 'transport', errors: 'errors', abort: 'abort',
  transport: 'transport',
};

/** Column, and what stands behind it. */
const AREAS = [
  ['text', 'Streamed and whole answers of every verdict (DIRECT, SKIPPED, ACCEPTED, ENHANCED, FALLBACK), usage, max_tokens; with '
    + 'Anthropic\'s SDK also the strict event grammar, pings and byte-exact relay'],
  ['tools', 'Tool calls and results, parallel calls, the client\'s own loop over tools; drafts that may not call'],
  ['thinking', 'Thoughts before the answer, signatures untouched, tool loops with thinking; no draft\'s thinking delivered'],
  ['images', 'Pictures, by data and URL, in tool results; PDFs'],
  ['structured output', 'Answers by JSON schema'],
  ['errors', 'Statuses of the provider in the client\'s own classes and the provider\'s words, error events, broken streams that are '
    + 'not taken for answers, overload at the verdict call, wrong keys, unknown models, the client\'s retries'],
  ['abort', 'Leaving mid-stream and while a verdict is awaited: the upstream call is closed'],
  ['waiting', 'Signs of life during a long wait, many conversations at once'],
  ['transport', 'Credentials, paths with and without /v1, headers, byte-exact bodies, 1 MB prompts, token counts, model lists'],
  ['sessions', 'An unmodified agent reads, edits and runs files, resumes its session, starts subagents'],
];

const CLIENTS = {
  'anthropic sdk': '@anthropic-ai/sdk', 'claude code': '@anthropic-ai/claude-code', 'ai sdk': 'ai', langchain: '@langchain/core',
  'openai sdk': 'openai', opencode: 'opencode-linux-x64', codex: '@openai/codex',
};
const PROVIDERS = {
  'ai sdk': { messages: '@ai-sdk/anthropic', chat: '@ai-sdk/openai', responses: '@ai-sdk/openai',
    'chat (compatible)': '@ai-sdk/openai-compatible' },
  langchain: { messages: '@langchain/anthropic', chat: '@langchain/openai', responses: '@langchain/openai' },
};

/** {client, dialect, area} of a test by its name. */
function place_of(name) {
  const [, client, dialect, area] = /^(.+) over (.+), ([a-z ]+): /.exec(name) ?? [];
  if (client) return { client, dialect, area };
  const prefix = name.slice(0, name.indexOf(': '));
  if (prefix === 'claude code') return { client: 'claude code', dialect: 'messages', area: 'sessions' };
  return { client: 'anthropic sdk', dialect: 'messages', area: OWN_AREAS[prefix] };
}

/** {client, dialect, upstream} of a test of upstreams.test.mjs. */
function cell_of({ name }) {
  const [, client, dialect, upstream] = /^(.+) over (.+), at ([^:]+): /.exec(name) ?? [];
  return upstream && { client, dialect, upstream };
}

/** The table "upstreams by client dialects"; a test that was left out did not pass, and why becomes a footnote. */
function upstreams_table(results, versions) {
  const cells = results.map((result) => ({ ...result, ...cell_of(result) })).filter(({ upstream }) => upstream);
  if (!cells.length) return '';
  const notes = [...new Set(cells.map(({ reason }) => reason).filter(Boolean))];
  const columns = [...new Set(cells.map(({ client, dialect }) => `${client} over ${dialect}`))];
  const cell = (upstream, column) => {
    const tests = cells.filter((test) => test.upstream === upstream && `${test.client} over ${test.dialect}` === column);
    const marks = [...new Set(tests.map(({ reason }) => reason).filter(Boolean))].map((reason) => ` (${notes.indexOf(reason) + 1})`);
    return `${tests.filter(({ outcome }) => outcome === 'passed').length} of ${tests.length}${marks.join('')}`;
  };
  const rows = [...new Set(cells.map(({ upstream }) => upstream))];
  const heads = columns.map((column) => column.split(' over ')).map(([client, dialect]) =>
    `${dialect} (${CLIENTS[client]} ${versions[CLIENTS[client]]})`);
  return `
## Upstreams by client dialects

Rows are the kinds of [upstream](endpoints.md): \`bedrock\` and \`aws-anthropic\` with signed requests and with a key,
\`openai-compatible\` with vLLM behind it, \`anthropic-compatible\` with each of the servers that speak Messages too. In each cell:
a streamed and a whole text, two tool calls at once with their results sent back, and the upstream as the one side of a pair: it drafts what
\`${JUDGE}\` accepts, and accepts what \`${DRAFTER}\` drafts.

| Upstream | ${heads.join(' | ')} |
|${'---|'.repeat(columns.length + 1)}
${rows.map((upstream) => `| ${[upstream, ...columns.map((column) => cell(upstream, column))].join(' | ')} |`).join('\n')}
${notes.length ? `\n${notes.map((note, at) => `${at + 1}. ${note[0].toUpperCase()}${note.slice(1)}.\n`).join('')}` : ''}`;
}

function row_of({ client, dialect, results }, versions) {
  const named = [CLIENTS[client], PROVIDERS[client]?.[dialect]].filter(Boolean).map((name) =>
    `${name.replace('opencode-linux-x64', 'opencode-ai')} ${versions[name]}`).join(', ');
  const cells = AREAS.map(([area]) => {
    const tests = results.filter((result) => result.area === area);
    const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
    return tests.length ? `${passed} of ${tests.length}` : '–';
  });
  return `| ${[named, dialect, ...cells].join(' | ')} |`;
}

export function conformance(results, versions) {
  const rows = new Map();
  for (const result of results) {
    const { area, ...place } = place_of(result.name);
    if (!area || cell_of(result) || result.outcome === 'skipped') continue;
    const key = `${place.client} ${place.dialect}`;
    if (!rows.has(key)) rows.set(key, { ...place, results: [] });
    rows.get(key).results.push({ ...result, area });
  }
  const order = Object.keys(CLIENTS);
  const sorted = [...rows.values()].sort((a, b) => order.indexOf(a.client) - order.indexOf(b.client));
  return `# Conformance: real clients through the proxy

Written by \`tests/clients/run.sh BINARY --write\`: unmodified clients from npm talk to the proxy, behind which simulated models stand
that check requests as the provider does. A cell says how many tests of the area passed; a dash, that there is none for this client.
\`make conformance BASE_URL=…\` runs the same clients against any gateway (\`tests/clients/README.md\`).

The dialects are Anthropic Messages (\`POST /v1/messages\`), OpenAI Chat Completions (\`POST /v1/chat/completions\`; "compatible" is the
package for servers that are not OpenAI's) and OpenAI Responses (\`POST /v1/responses\`). Claude Code's modes for clouds speak InvokeModel
(bedrock), rawPredict (vertex) or Messages (the others); "key" is a bearer of Bedrock's in place of the switch that leaves signing to the proxy.

| Client | Dialect | ${AREAS.map(([area]) => area).join(' | ')} |
|${'---|'.repeat(AREAS.length + 2)}
${sorted.map((row) => row_of(row, versions)).join('\n')}

| Area | What is checked |
|---|---|
${AREAS.map(([area, what]) => `| ${area} | ${what} |`).join('\n')}
${upstreams_table(results, versions)}`;
}
