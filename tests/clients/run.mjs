// Runs the tests: node run.mjs BINARY [options] [test files...] against a proxy of its own, or with BASE_URL and without a binary
// against any gateway.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformance } from './support/conformance.mjs';
import { start_stack } from './stack.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const binary = words[0]?.endsWith('.mjs') ? undefined : words.shift();
if (!binary && !process.env.BASE_URL) {
  console.error('usage: run.sh BINARY [--write] [--verbose] [test files], or BASE_URL=http://… run.sh [test files]');
  process.exit(2);
}
const files = words.length ? words : readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort();

/** What counts all calls of a model cannot run beside others, nor can agents that are whole processors' work. What takes longest begins first. */
const ALONE = ['claude_code_balanced.test.mjs', 'opencode.test.mjs', 'opencode_chat.test.mjs'];
const LONG = ['ai_sdk.test.mjs', 'claude_code.test.mjs', 'claude_code_clouds.test.mjs', 'langchain.test.mjs'];

/** On Node 18 the streams of these do not end when they are left. */
const OF_NODE_20 = ['ai_sdk.test.mjs', 'langchain.test.mjs', 'openai.test.mjs'];
const is_old = Number(process.versions.node.split('.')[0]) < 20;

/** One process for each file; the results of all come back as {file, name, outcome, ms, error}. */
async function run_file(file, environment) {
  if (is_old && OF_NODE_20.includes(file)) return [{ file, name: `${file}: all`, outcome: 'skipped', ms: 0, reason: 'needs Node 20' }];
  const report = [];
  const child = spawn(process.execPath, ['--test-reporter', new URL('support/reporter.mjs', import.meta.url).pathname,
    '--test-reporter-destination', 'stdout', file], {
    cwd: folder, env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => { output += bytes; });
  const overdue = setTimeout(() => child.kill('SIGKILL'), 300_000);
  const [code] = await once(child, 'exit');
  clearTimeout(overdue);
  for (const line of output.split('\n')) if (line.startsWith('{"test":')) report.push({ file, ...JSON.parse(line).test });
  if (!report.length || (code !== 0 && report.every((result) => result.outcome !== 'failed')))
    report.push({ file, name: `${file}: the file as a whole`, outcome: 'failed', ms: 0, error: `ended with ${code}\n${output}` });
  return report;
}

function show(result) {
  const mark = { passed: 'ok', failed: 'not ok', skipped: 'skipped' }[result.outcome];
  console.log(`${mark} - ${result.name} (${Math.round(result.ms)} ms)${result.reason ? ` # ${result.reason}` : ''}`);
  if (result.error) console.log(result.error.replace(/^/gm, '    '));
}

/** Runs the files, `together` at once, until none is left or the programs behind the gateway have ended. */
async function run_files(waiting, together, target, results) {
  const queue = [...waiting];
  const worker = async () => {
    while (queue.length && target.runs()) {
      const report = await run_file(queue.shift(), target.environment);
      report.forEach(show);
      results.push(...report);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
}

const VARIABLES = ['BASE_URL', 'API_KEY', 'MODEL', 'VERIFY_SIM', 'DRAFT_SIM', 'ADMIN_URL', 'TRUSTING_URL', 'KEYED_URL', 'KEYED_KEY',
  'KEYED_UPSTREAM_KEY', 'DIALECTS'];
const given = () => ({
  environment: Object.fromEntries(VARIABLES.filter((name) => process.env[name]).map((name) => [name, process.env[name]])),
  runs: () => true, logs: () => '', stop: async () => [],
});

const began = Date.now();
const target = binary ? await start_stack(resolve(binary)) : given();
const results = [];
try {
  const rank = (file) => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length);
  const shared = files.filter((file) => !ALONE.includes(file)).sort((a, b) => rank(a) - rank(b));
  await run_files(shared, Math.min(4, availableParallelism()), target, results);
  await run_files(files.filter((file) => ALONE.includes(file)), 1, target, results);
} finally {
  const logs = target.logs();
  const codes = await target.stop();
  if (options.includes('--verbose')) console.log(logs);
  if (codes.some((code) => code !== 0))
    results.push({ file: 'stack.mjs', name: 'stack: every program ends well', outcome: 'failed', ms: 0, error: `${codes}\n${logs}` });
}

const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(count);
if (options.includes('--write')) {
  const { devDependencies, optionalDependencies } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  writeFileSync(`${folder}../../docs/conformance.md`, conformance(results, { ...devDependencies, ...optionalDependencies }));
}
for (const result of results.filter(({ outcome }) => outcome === 'failed')) console.log(`FAILED ${result.name}`);
console.log(`# tests ${results.length}\n# pass ${passed}\n# fail ${failed}\n# skipped ${skipped}\n# seconds ${Math.round((Date.now() - began) / 1000)}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed || !passed ? 1 : 0;
