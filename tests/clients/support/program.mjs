// Agents are programs: started headless, in a home and a folder of their own, with nobody to speak to but the gateway.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh home and an empty project folder of this name. */
export async function workspace(name) {
  const root = await mkdtemp(join(tmpdir(), 'rlm-agent-'));
  const [home, project] = [join(root, 'home'), join(root, name)];
  await mkdir(home);
  await mkdir(project);
  return { home, project, remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Any way out but loopback ends at a closed port. */
const NOBODY_ELSE = {
  HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1,localhost',
  npm_config_registry: 'http://127.0.0.1:1',
};

/** Starts a program that prints JSON lines. `ended` gives {code, events, errors}. */
export function start_program(program, args, space, environment) {
  const child = spawn(program, args, {
    cwd: space.project,
    env: { PATH: process.env.PATH, HOME: space.home, TERM: 'xterm', ...NOBODY_ELSE, ...environment },
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
    return { code, events, errors };
  })();
  return { ended, interrupt: () => child.kill('SIGINT') };
}
