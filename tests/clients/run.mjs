// Runs the tests against a proxy of its own: node run.mjs BINARY [--write] [--verbose] [test files...]
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conformance } from './support/conformance.mjs';
import { start_stack } from './stack.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const [binary, ...chosen] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (!binary) {
  console.error('usage: run.sh BINARY [--write] [--verbose] [test files]');
  process.exit(2);
}
const files = chosen.length ? chosen : readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort();

/** One process for each file; the results of all come back as {file, name, outcome, ms, error}. */
async function run_file(file, environment) {
  const report = [];
  const child = spawn(process.execPath, ['--test-reporter', new URL('support/reporter.mjs', import.meta.url).pathname,
    '--test-reporter-destination', 'stdout', file], {
    cwd: folder, env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => { output += bytes; });
  const overdue = setTimeout(() => child.kill('SIGKILL'), 150_000);
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

const began = Date.now();
const stack = await start_stack(resolve(binary));
const results = [];
try {
  for (const file of files) {
    const report = await run_file(file, stack.environment);
    report.forEach(show);
    results.push(...report);
    if (!stack.runs()) break;  // everything after a crash would fail
  }
} finally {
  const logs = stack.logs();
  const codes = await stack.stop();
  if (options.includes('--verbose')) console.log(logs);
  if (codes.some((code) => code !== 0))
    results.push({ file: 'stack.mjs', name: 'stack: every program ends well', outcome: 'failed', ms: 0, error: `${codes}\n${logs}` });
}

const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(count);
if (options.includes('--write')) {
  const versions = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')).devDependencies;
  writeFileSync(`${folder}../../docs/conformance.md`, conformance(results, versions));
}
for (const result of results.filter(({ outcome }) => outcome === 'failed')) console.log(`FAILED ${result.name}`);
console.log(`# tests ${results.length}\n# pass ${passed}\n# fail ${failed}\n# skipped ${skipped}\n# seconds ${Math.round((Date.now() - began) / 1000)}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed || !passed ? 1 : 0;
