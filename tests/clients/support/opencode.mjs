// opencode as npm serves it, headless, speaking the dialect of one of its provider packages.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start_program } from './program.mjs';
import { target } from './target.mjs';

const package_name = `opencode-${process.platform}-${process.arch}`;
const program = fileURLToPath(new URL(`../node_modules/${package_name}/bin/opencode`, import.meta.url));

/** Options of a test with opencode. */
export const with_opencode = {
  skip: !existsSync(program) ? `no ${package_name} is installed`
    : target.verifySim && target.draftSim && target.admin ? false : 'needs VERIFY_SIM, DRAFT_SIM and ADMIN_URL',
  timeout: 90_000,
};

const config = (url, provider, { key = target.key, headers = {} }) => ({
  $schema: 'https://opencode.ai/config.json',
  autoupdate: false,
  share: 'disabled',
  enabled_providers: ['gateway'],
  model: `gateway/${target.model}`,
  small_model: 'gateway/claude-haiku-4-5-20251001',
  provider: { gateway: {
    npm: provider,
    options: { baseURL: `${url}/v1`, apiKey: key, headers },
    models: Object.fromEntries([target.model, 'claude-haiku-4-5-20251001'].map((model) =>
      [model, { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] }, limit: { context: 200_000, output: 32_000 } }])),
  } },
});

/**
 * Starts `opencode run PROMPT` against `url`; `access`: {key, headers} of the gateway. `ended` gives {code, events, errors, text, tools,
 * session}; it speaks to nobody else.
 */
export function start_opencode(space, url, provider, prompt, args = [], access = {}) {
  const { ended, interrupt } = start_program(program, ['run', '--pure', '--format', 'json', ...args, prompt], space, {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config(url, provider, access)), OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', OPENCODE_DISABLE_SHARE: '1',
  });
  const read = (run) => ({
    ...run,
    text: run.events.filter(({ type }) => type === 'text').map(({ part }) => part.text).join(''),
    tools: run.events.filter(({ type }) => type === 'tool_use').map(({ part }) => [part.tool, part.state.status]),
    session: run.events[0]?.sessionID,
  });
  return { ended: ended.then(read), interrupt };
}

export const run_opencode = (...args) => start_opencode(...args).ended;
