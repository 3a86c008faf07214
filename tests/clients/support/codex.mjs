// Codex as npm serves it, headless, speaking Responses.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start_program } from './program.mjs';
import { target } from './target.mjs';

const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
const vendor = { linux: 'unknown-linux-musl', darwin: 'apple-darwin' }[process.platform];
const package_name = `@openai/codex-${process.platform}-${process.arch}`;
const program = fileURLToPath(new URL(`../node_modules/${package_name}/vendor/${machine}-${vendor}/bin/codex`, import.meta.url));

/** Options of a test with Codex. */
export const with_codex = {
  skip: !existsSync(program) ? `no ${package_name} is installed`
    : target.verifySim && target.draftSim && target.admin ? false : 'needs VERIFY_SIM, DRAFT_SIM and ADMIN_URL',
  timeout: 90_000,
};

const config = (url, headers) => `
model = "${target.model}"
model_provider = "gateway"
check_for_update_on_startup = false
[model_providers.gateway]
name = "gateway"
base_url = "${url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
stream_max_retries = 2
request_max_retries = 2
[model_providers.gateway.http_headers]
${Object.entries(headers).map(([name, value]) => `"${name}" = "${value}"`).join('\n')}
[analytics]
enabled = false
`;

/** What Codex knows of the models it was made for; with this it sends its tool for patches, which takes text and no JSON. */
const CATALOG = { models: [{
  slug: target.model, display_name: target.model, description: '', default_reasoning_level: 'medium',
  supported_reasoning_levels: [{ effort: 'medium', description: '' }], shell_type: 'unified_exec', visibility: 'list',
  supported_in_api: true, priority: 1, base_instructions: 'You are a coding agent.', support_verbosity: false,
  apply_patch_tool_type: 'freeform', truncation_policy: { mode: 'tokens', limit: 10_000 }, context_window: 200_000,
  experimental_supported_tools: [], supports_reasoning_summaries: true, supports_parallel_tool_calls: true,
  input_modalities: ['text', 'image'],
}] };

/** Starts `codex exec ARGS` against `url`. `ended` gives {code, events, errors, text, items, thread}; it speaks to nobody else. */
export async function start_codex(space, url, args, { known = false, key = target.key, headers = {} } = {}) {
  const folder = join(space.home, '.codex');
  await mkdir(folder, { recursive: true });
  const catalog = join(folder, 'models.json');
  await writeFile(catalog, JSON.stringify(CATALOG));
  await writeFile(join(folder, 'config.toml'), `${known ? `model_catalog_json = ${JSON.stringify(catalog)}\n` : ''}${config(url, headers)}`);
  const { ended, interrupt } = start_program(program, ['exec', '--json', '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox', ...args], space, { GATEWAY_KEY: key });
  const read = (run) => {
    const items = run.events.filter(({ type }) => type === 'item.completed').map(({ item }) => item);
    return {
      ...run,
      items,
      text: items.filter(({ type }) => type === 'agent_message').at(-1)?.text,
      thread: run.events.find(({ type }) => type === 'thread.started')?.thread_id,
    };
  };
  return { ended: ended.then(read), interrupt };
}

export const run_codex = async (...args) => (await start_codex(...args)).ended;
