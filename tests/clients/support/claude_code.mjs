// Claude Code as npm serves it, headless, in an environment of its own.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start_program } from './program.mjs';
import { target } from './target.mjs';

export { workspace } from './program.mjs';

const glibc = process.platform !== 'linux' || process.report.getReport().header.glibcVersionRuntime;
const package_name = `claude-code-${process.platform}-${process.arch}${glibc ? '' : '-musl'}`;
const program = fileURLToPath(new URL(`../node_modules/@anthropic-ai/${package_name}/claude`, import.meta.url));

/** Options of a test with Claude Code. */
export const with_agent = {
  skip: !existsSync(program)
    ? `npm serves no @anthropic-ai/${package_name}`
    : target.verifySim && target.draftSim && target.admin ? false : 'needs VERIFY_SIM, DRAFT_SIM and ADMIN_URL',
  timeout: 90_000,
};

const AWS = { AWS_REGION: 'us-east-1' };

/** The APIs it can be told to speak, each by its variables for a gateway that has the cloud's credentials. */
const MODES = {
  messages: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: target.key }),
  bedrock: (url) => ({ ...AWS, CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: url, CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1' }),
  'bedrock (key)': (url) => ({ ...AWS, CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: url, AWS_BEARER_TOKEN_BEDROCK: target.key }),
  'bedrock (mantle)': (url) => ({ ...AWS, CLAUDE_CODE_USE_MANTLE: '1', ANTHROPIC_BEDROCK_MANTLE_BASE_URL: url, CLAUDE_CODE_SKIP_MANTLE_AUTH: '1' }),
  'platform on aws': (url) => ({ ...AWS, CLAUDE_CODE_USE_ANTHROPIC_AWS: '1', ANTHROPIC_AWS_BASE_URL: url, ANTHROPIC_AWS_WORKSPACE_ID: 'wrkspc_1',
    CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH: '1' }),
  vertex: (url) => ({ CLAUDE_CODE_USE_VERTEX: '1', ANTHROPIC_VERTEX_BASE_URL: url, CLAUDE_CODE_SKIP_VERTEX_AUTH: '1', CLOUD_ML_REGION: 'us-east5',
    ANTHROPIC_VERTEX_PROJECT_ID: 'p1' }),
  foundry: (url) => ({ CLAUDE_CODE_USE_FOUNDRY: '1', ANTHROPIC_FOUNDRY_BASE_URL: url, ANTHROPIC_FOUNDRY_API_KEY: target.key }),
};

/** Starts `claude -p PROMPT` against `url`, in one of its modes. `ended` gives {code, events, result, errors}; it speaks to nobody else. */
export function start_agent(space, url, prompt, args = [], mode = 'messages') {
  const { ended, interrupt } = start_program(program, ['-p', prompt, '--output-format', 'stream-json', '--verbose', ...args], space, {
    ...MODES[mode](url), CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  });
  const read = ({ events, ...rest }) => ({ ...rest, events, result: events.find((event) => event.type === 'result') });
  return { ended: ended.then(read), interrupt };
}

export const run_agent = (...args) => start_agent(...args).ended;

/** Options that let it read, edit and show files. */
export const EDITS = ['--permission-mode', 'acceptEdits', '--allowedTools', 'Read,Edit,Bash(cat:*)'];

export function check_success({ code, result, errors }) {
  assert.equal(code, 0, `${errors}${result?.result}`);
  assert.equal(result.subtype, 'success');
  assert.equal(result.is_error, false, result.result);
}

export const tools_of = (events) => events.filter((event) => event.type === 'assistant')
  .flatMap((event) => event.message.content).filter((block) => block.type === 'tool_use').map((block) => block.name);
export const failures_of = (events) => events.filter((event) => event.type === 'user')
  .flatMap((event) => event.message.content).filter((block) => block.is_error);
