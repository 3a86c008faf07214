// Claude Code as npm serves it, headless, in an environment of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { target } from './target.mjs';

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

/** A fresh home and an empty project folder of this name. */
export async function workspace(name) {
  const root = await mkdtemp(join(tmpdir(), 'rlm-agent-'));
  const [home, project] = [join(root, 'home'), join(root, name)];
  await mkdir(home);
  await mkdir(project);
  return { home, project, remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts `claude -p PROMPT` against `url`. `ended` gives {code, events, result, errors}; it speaks to nobody else. */
export function start_agent(space, url, prompt, args = []) {
  const child = spawn(program, ['-p', prompt, '--output-format', 'stream-json', '--verbose', ...args], {
    cwd: space.project,
    env: {
      PATH: process.env.PATH, HOME: space.home, TERM: 'xterm',
      ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: target.key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (bytes) => { output += bytes; });
  child.stderr.on('data', (bytes) => { errors += bytes; });
  const overdue = setTimeout(() => child.kill('SIGKILL'), 80_000);
  const ended = (async () => {
    const [code] = await once(child, 'close');
    clearTimeout(overdue);
    const events = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    return { code, events, errors, result: events.find((event) => event.type === 'result') };
  })();
  return { ended, interrupt: () => child.kill('SIGINT') };
}

export const run_agent = (...args) => start_agent(...args).ended;
