// What the tests talk to, told by the environment; README.md lists the variables.
import Anthropic from '@anthropic-ai/sdk';

const env = process.env;
if (!env.BASE_URL) throw new Error('BASE_URL is not set: the gateway under test, without /v1 (see README.md)');

const without_slash = (url) => url?.replace(/\/$/, '');

export const target = {
  url: without_slash(env.BASE_URL),
  key: env.API_KEY ?? 'sk-ant-made-up',
  model: env.MODEL ?? 'claude-opus-4-8',
  verifySim: without_slash(env.VERIFY_SIM),
  draftSim: without_slash(env.DRAFT_SIM),
  admin: without_slash(env.ADMIN_URL),
  trusting: without_slash(env.TRUSTING_URL),
  keyed: without_slash(env.KEYED_URL),
  keyedKey: env.KEYED_KEY,
  keyedUpstreamKey: env.KEYED_UPSTREAM_KEY,
  places: without_slash(env.PLACES_URL),
  placesSims: JSON.parse(env.PLACES_SIMS ?? '{}'),
};

/** Options of a test whose upstream must answer from a script. */
export const scripted = { skip: target.verifySim ? false : 'needs VERIFY_SIM', timeout: 30_000 };
/** Options of a test about drafts, verdicts and the ledger. */
export const cascaded = {
  skip: target.verifySim && target.draftSim && target.admin ? false : 'needs VERIFY_SIM, DRAFT_SIM and ADMIN_URL',
  timeout: 30_000,
};
/** Options of a test about the gateway's own keys. */
export const keyed = { skip: target.keyed && target.draftSim ? false : 'needs KEYED_URL and DRAFT_SIM', timeout: 30_000 };
/** Options of a test about every kind of upstream. */
export const at_places = { skip: target.places ? false : 'needs the gateway that run.sh BINARY starts', timeout: 30_000 };
/** Options of a test that any gateway must pass. */
export const anywhere = { timeout: 60_000 };

const OTHER_DIALECTS = { chat: '/v1/chat/completions', responses: '/v1/responses' };

/** Not every gateway speaks more than Messages: what it has no path for is skipped, unless DIALECTS says that it must be there. */
async function dialects_without_path() {
  const missing = new Set();
  if (env.DIALECTS) return missing;
  for (const [dialect, path] of Object.entries(OTHER_DIALECTS)) {
    const { status } = await fetch(target.url + path, { method: 'POST', body: '{}',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${target.key}` } });
    if (status === 404 || status === 405) missing.add(dialect);
  }
  return missing;
}
const unspoken = await dialects_without_path();

/** The options of a test in this dialect ("chat (compatible)" is chat). */
export function speaking(dialect, options) {
  const [name] = dialect.split(' ');
  return unspoken.has(name) ? { ...options, skip: `the gateway has no ${OTHER_DIALECTS[name]}` } : options;
}

/** An SDK client that asks once. Nothing is taken from the environment. */
export function client(options = {}) {
  return new Anthropic({
    baseURL: target.url,
    apiKey: target.key,
    authToken: null,
    maxRetries: 0,
    timeout: 20_000,
    ...options,
  });
}

/** Posts bytes as they are; the way to send what no SDK would. */
export function post(path, body, headers = {}, options = {}) {
  return fetch((options.url ?? target.url) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': target.key, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

let tokens = 0;
/** A word that occurs in no other test: scripts are given to the request that holds it. */
export function token() {
  return `w${process.pid.toString(36)}x${(++tokens).toString(36)}x${Math.random().toString(36).slice(2, 8)}`;
}

/** What `ask` returns once it is neither undefined nor false; fails with `what` after `patienceMs`. */
export async function until(ask, what, patienceMs = 8_000) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
