// Claude Code does the same work through the preset `balanced`, with fewer calls of the verify model and a lower bill.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { EDITS, run_agent, with_agent, workspace } from './support/claude_code.mjs';
import { record } from './support/recorder.mjs';
import { draftSim, verifySim } from './support/simulated.mjs';
import { target, token } from './support/target.mjs';

const OPTIONS = ['--model', 'claude-opus-4-8', ...EDITS];
const TASKS = ['rename the greeting', 'add a farewell'];

/** Both models' own bills: calls, and nano-dollars of both together. */
async function bills() {
  const [verify, draft] = await Promise.all([verifySim.bill(), draftSim.bill()]);
  return { verify: verify.calls, draft: draft.calls, nano: verify.total_nano_usd + draft.total_nano_usd };
}

/** Two turns of one session in a workspace of its own; what it left on disk, what it cost, how its answers came about. */
async function work(url) {
  const space = await workspace(token());
  const recorder = await record(url);
  try {
    const file = join(space.project, 'greet.py');
    await writeFile(file, 'print("hello")\n');
    const before = await bills();
    let session = [];
    for (const task of TASKS) {
      const { code, result, errors } = await run_agent(space, recorder.url, `In file ${file} please ${task}.`, [...OPTIONS, ...session]);
      assert.equal(code, 0, errors);
      assert.equal(result.subtype, 'success');
      session = ['--resume', result.session_id];
    }
    const after = await bills();
    const spent = Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
    const verdicts = recorder.exchanges.filter(({ path }) => path.startsWith('/v1/messages'))
      .map(({ answer }) => `${answer['x-rlm-verdict']} ${answer['x-rlm-reason']}`);
    return { file: await readFile(file, 'utf8'), spent, verdicts };
  } finally {
    recorder.close();
    await space.remove();
  }
}

const options = { ...with_agent, skip: with_agent.skip || (target.trusting ? false : 'needs TRUSTING_URL') };

test('claude code: balanced leaves the same files for fewer verify calls and less money', options, async () => {
  const direct = await work(target.url);
  const balanced = await work(target.trusting);
  const told = ({ spent }) => `${spent.verify} verify calls, ${spent.draft} draft calls, $${(spent.nano / 1e9).toFixed(4)} by the models' own bills`;
  console.error(`# direct: ${told(direct)}\n# balanced: ${told(balanced)}`);
  assert.equal(direct.file, 'print("good morning")\nprint("goodbye")\n');
  assert.equal(balanced.file, direct.file);
  assert.ok(direct.verdicts.every((verdict) => verdict === 'DIRECT tools'), direct.verdicts.join());
  assert.ok(balanced.verdicts.some((verdict) => verdict.startsWith('VALIDATED')), balanced.verdicts.join());
  assert.equal(balanced.verdicts.length, direct.verdicts.length);
  assert.ok(balanced.spent.verify < direct.spent.verify, `${balanced.spent.verify} of ${direct.spent.verify} verify calls`);
  assert.ok(balanced.spent.nano < direct.spent.nano, `${balanced.spent.nano} of ${direct.spent.nano} nano-dollars`);
});
