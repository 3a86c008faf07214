// Claude Code as npm serves it, headless, in an environment of its own.
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

/** Starts `claude -p PROMPT` against `url`. `ended` gives {code, events, result, errors}; it speaks to nobody else. */
export function start_agent(space, url, prompt, args = []) {
  const { ended, interrupt } = start_program(program, ['-p', prompt, '--output-format', 'stream-json', '--verbose', ...args], space, {
    ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: target.key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  });
  const read = ({ events, ...rest }) => ({ ...rest, events, result: events.find((event) => event.type === 'result') });
  return { ended: ended.then(read), interrupt };
}

export const run_agent = (...args) => start_agent(...args).ended;
