// Simulated models and proxies over them, on free loopback ports, as processes that end with us.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { places_config, simulations } from './support/places.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const MODELS = ['claude-opus-4-8', 'claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5-20251001'];
const DRAFT_MODEL = 'deepseek-v4-pro';
const KEYS = { DRAFT_KEY: 'sk-draft-made-up', UPSTREAM_KEY: 'sk-upstream-made-up', GATEWAY_KEY: 'sk-gateway-made-up' };

/** Test files run beside each other, and some let drafts fail in a row: the breaker must not keep back those of the others. */
const BREAKER_FAILURES = 1000;

/** The proxy as a developer runs it: the client's own key goes to the provider. */
const open_config = (verify, draft) => `
[listen]
address = "127.0.0.1:0"
[ledger]
path = "open.db"
[models.opus]
endpoint = "anthropic"
base_url = "${verify}"
retries = 1
backoff_ms = 20
[models.deepseek]
endpoint = "deepseek"
base_url = "${draft}/anthropic"
model = "${DRAFT_MODEL}"
api_key = "\${DRAFT_KEY}"
retries = 0
breaker_failures = ${BREAKER_FAILURES}
[models.nowhere]
endpoint = "anthropic"
base_url = "http://127.0.0.1:1"
model = "nowhere-1"
retries = 0
[[cascade]]
match = ["claude-*"]
draft = "deepseek"
verify = "opus"
policy = "paper"
`;

/** The proxy as a team runs it: keys of its own, a smaller body limit, early pings, the draft served when no verdict comes. */
const keyed_config = (verify, draft) => `
[listen]
address = "127.0.0.1:0"
api_keys = ["\${GATEWAY_KEY}"]
[limits]
body_bytes_max = 2000000
ping_first_ms = 40
ping_interval_ms = 60
[ledger]
path = "keyed.db"
[models.opus]
endpoint = "anthropic"
base_url = "${verify}"
api_key = "\${UPSTREAM_KEY}"
retries = 0
[models.deepseek]
endpoint = "deepseek"
base_url = "${draft}/anthropic"
model = "${DRAFT_MODEL}"
api_key = "\${DRAFT_KEY}"
retries = 0
breaker_failures = ${BREAKER_FAILURES}
[[cascade]]
match = ["claude-*"]
draft = "deepseek"
verify = "opus"
policy = "paper"
on_verify_failure = "serve_draft"
`;

/** The proxy that lets the draft model work with tools: its calls must be proven, and may read and edit. */
const trusting_config = (verify, draft) => open_config(verify, draft)
  .replace('open.db', 'trusting.db')
  .replace('policy = "paper"', `policy = "balanced"
[cascade.trust]
ask = "trusted"
continue = "trusted"
audit_share = 0  # what audits cost depends on chance
[cascade.tools]
allow = ["read", "write"]`);

/** Starts a program and returns {url, stop} once it has printed the address it listens on. */
async function start(binary, args, folder) {
  const child = spawn(binary, args, { cwd: folder, env: { PATH: process.env.PATH, ...KEYS }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await ended;
    clearTimeout(late);
    return child.exitCode ?? child.signalCode;
  };
  const url = await new Promise((resolve, reject) => {
    const listen = (bytes) => {
      output += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+(?=\s)/.exec(output);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${binary} ${args.join(' ')} ended with ${code}:\n${output}`)));
  });
  return { url, stop, output: () => output, runs: () => child.exitCode === null && child.signalCode === null };
}

/** Starts everything; `environment` holds the variables of support/target.mjs. */
export async function start_stack(binary) {
  const folder = await mkdtemp(join(tmpdir(), 'rlm-clients-'));
  const running = [];
  const run = async (args) => {
    running.push(await start(binary, args, folder));
    return running.at(-1);
  };
  const stop = async () => {
    const codes = [];
    for (const program of running.reverse()) codes.push(await program.stop());
    await rm(folder, { recursive: true, force: true });
    return codes;
  };
  const serve = async (name, text) => {
    await writeFile(join(folder, name), text);
    return run(['serve', '--config', name]);
  };
  try {
    const verify = await run(['simulate', '--role', 'verify', '--coder', here('support/coder.json'),
      ...MODELS.flatMap((model) => ['--model', model])]);
    const draft = await run(['simulate', '--role', 'draft', '--provider', 'deepseek', '--coder', here('support/coder.json'),
      '--model', DRAFT_MODEL]);
    const open = await serve('open.toml', open_config(verify.url, draft.url));
    const keyed = await serve('keyed.toml', keyed_config(verify.url, draft.url));
    const trusting = await serve('trusting.toml', trusting_config(verify.url, draft.url));
    const places = {};
    for (const { provider, args } of simulations(KEYS.UPSTREAM_KEY))
      places[provider] = (await run(['simulate', '--coder', here('support/coder.json'), ...args])).url;
    const everywhere = await serve('places.toml', places_config(places));
    const environment = {
      BASE_URL: open.url, DIALECTS: 'messages,chat,responses', ADMIN_URL: open.url, VERIFY_SIM: verify.url, DRAFT_SIM: draft.url,
      TRUSTING_URL: trusting.url, KEYED_URL: keyed.url, KEYED_KEY: KEYS.GATEWAY_KEY, KEYED_UPSTREAM_KEY: KEYS.UPSTREAM_KEY,
      PLACES_URL: everywhere.url, PLACES_SIMS: JSON.stringify(places),
    };
    const runs = () => running.every((program) => program.runs());
    return { environment, stop, runs, logs: () => running.map((program) => program.output()).join('') };
  } catch (error) {
    await stop();
    throw error;
  }
}
