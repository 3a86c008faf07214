// Every kind of upstream that can be simulated: what stands in the proxy's configuration, and who plays it.

/** Parts of the made-up credentials that stack.mjs puts into the environment. */
const KEY = 'api_key = "${UPSTREAM_KEY}"\n';
const SIGNED = 'access_key_id = "AKIDEXAMPLE"\nsecret_access_key = "${UPSTREAM_KEY}"\n';
const AWS = 'region = "us-east-1"\n';
const PLATFORM = `${AWS}workspace_id = "wrkspc_1"\n`;
/** vLLM reads no other header. */
const BEARER = `auth = "bearer"\n${KEY}`;

/**
 * `endpoint` as docs/endpoints.md has it, `name` where one is not enough; `provider` of `simulate`; `model` by its name there;
 * `thinks`: unasked; `open`: the server has no key.
 */
const KINDS = [
  { endpoint: 'anthropic', provider: 'anthropic', path: '', model: 'claude-opus-4-8', lines: KEY },
  { endpoint: 'vertex', provider: 'vertex', path: '', model: 'claude-opus-4-8', lines: `project = "p1"\nlocation = "us-east5"\n${KEY}` },
  { endpoint: 'bedrock', name: 'bedrock-signed', provider: 'bedrock', path: '', model: 'us.anthropic.claude-opus-4-8', lines: AWS + SIGNED },
  { endpoint: 'bedrock', name: 'bedrock-bearer', provider: 'bedrock', path: '', model: 'us.anthropic.claude-opus-4-8', lines: AWS + KEY },
  { endpoint: 'bedrock-mantle', provider: 'mantle', path: '/anthropic', model: 'anthropic.claude-opus-4-8', lines: AWS + SIGNED },
  { endpoint: 'foundry', provider: 'foundry', path: '/anthropic', model: 'claude-opus-4-8', lines: KEY },
  { endpoint: 'deepseek', provider: 'deepseek', path: '/anthropic', model: 'deepseek-v4-pro', lines: KEY, thinks: true },
  { endpoint: 'deepseek-openai', provider: 'deepseek', path: '', model: 'deepseek-v4-pro', lines: KEY, thinks: true },
  { endpoint: 'openai', provider: 'openai', path: '/v1', model: 'gpt-6-sol', lines: KEY },
  { endpoint: 'openai-responses', provider: 'openai', path: '/v1', model: 'gpt-6-sol', lines: KEY },
  { endpoint: 'foundry-openai', provider: 'foundry', path: '/openai/v1', model: 'gpt-6-sol', lines: KEY },
  { endpoint: 'foundry-responses', provider: 'foundry', path: '/openai/v1', model: 'gpt-6-sol', lines: KEY },
  { endpoint: 'openrouter', provider: 'openrouter', path: '/api/v1', model: 'deepseek-v4-pro', lines: KEY },
  { endpoint: 'aws-anthropic', name: 'aws-anthropic-signed', provider: 'aws-anthropic', path: '', model: 'claude-opus-4-8', lines: PLATFORM + SIGNED },
  { endpoint: 'aws-anthropic', name: 'aws-anthropic-key', provider: 'aws-anthropic', path: '', model: 'claude-opus-4-8', lines: PLATFORM + KEY },
  { endpoint: 'ollama', provider: 'ollama', path: '/v1', model: 'gpt-oss-20b', lines: '', thinks: true, open: true },
  { endpoint: 'vllm', provider: 'vllm', path: '/v1', model: 'gpt-oss-20b', lines: KEY, thinks: true },
  { endpoint: 'llama.cpp', provider: 'llama.cpp', path: '/v1', model: 'gpt-oss-20b', lines: '', thinks: true, open: true },
  { endpoint: 'openai-compatible', provider: 'vllm', path: '/v1', model: 'gpt-oss-20b', lines: KEY, thinks: true },
  { endpoint: 'anthropic-compatible', name: 'anthropic-compatible-ollama', provider: 'ollama', path: '', model: 'gpt-oss-20b',
    lines: 'auth = "none"\n', thinks: true, open: true },
  { endpoint: 'anthropic-compatible', name: 'anthropic-compatible-vllm', provider: 'vllm', path: '', model: 'gpt-oss-20b', lines: BEARER,
    thinks: true },
  { endpoint: 'anthropic-compatible', name: 'anthropic-compatible-llama.cpp', provider: 'llama.cpp', path: '', model: 'gpt-oss-20b',
    lines: 'auth = "none"\n', thinks: true, open: true },
];
export const PLACES = KINDS.map((kind) => ({ name: kind.endpoint, ...kind }));
export const place_named = (name) => PLACES.find((place) => place.name === name);

/** The paper's two sides, for tests in which a place is the other one. */
export const JUDGE = 'anthropic';
export const DRAFTER = 'deepseek-openai';

/** The command line of each provider's simulated model: {provider, args}. */
export const simulations = (key) => [...new Set(PLACES.map(({ provider }) => provider))].map((provider) => {
  const places = PLACES.filter((place) => place.provider === provider);
  return {
    provider,
    args: ['--provider', provider, ...(places.some(({ open }) => open) ? [] : ['--key', key]),
      '--aws-access-key-id', 'AKIDEXAMPLE', '--aws-secret-access-key', key,
      ...[...new Set(places.map(({ model }) => model))].flatMap((model) => ['--model', model])],
  };
});

/** Opus by its name in a cloud, and the place there. */
const OPUS = [['us.anthropic.claude-opus-*', 'bedrock-signed'], ['anthropic.claude-opus-*', 'bedrock-mantle'], ['claude-opus-*', 'vertex']];

const cascade = (match, draft, verify) => `[[cascade]]
match = ["${match}"]
draft = "${draft}"
verify = "${verify}"
policy = "paper"
`;

/**
 * A proxy with all of them. A model's own name goes to it alone, `claude-drafted-by-NAME` and `claude-judged-by-NAME` have it beside
 * one of the paper's two, and what Claude Code calls Opus in a cloud goes to that cloud. `urls`: by provider.
 */
export const places_config = (urls) => `
[listen]
address = "127.0.0.1:0"
[ledger]
path = "places.db"
${PLACES.map(({ endpoint, name, provider, path, model, lines }) => `[models."${name}"]
endpoint = "${endpoint}"
base_url = "${urls[provider]}${path}"
model = "${model}"
retries = 0
${lines}`).join('')}
${PLACES.map(({ name }) => cascade(`claude-drafted-by-${name}`, name, JUDGE) + cascade(`claude-judged-by-${name}`, DRAFTER, name)).join('')}
${OPUS.map(([match, name]) => cascade(match, DRAFTER, name)).join('')}`;
