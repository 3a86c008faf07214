// Every upstream under every client dialect: alone, as the model that drafts, and as the model that judges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anthropic } from './support/anthropic.mjs';
import { openai } from './support/openai.mjs';
import { READ_TOOL } from './support/paths.mjs';
import { DRAFTER, JUDGE, place_named, PLACES } from './support/places.mjs';
import { simulated_at } from './support/simulated.mjs';
import { tape } from './support/tape.mjs';
import { at_places, speaking, target, token } from './support/target.mjs';

const LIBRARIES = [anthropic, openai('chat'), openai('responses')];

/** One cell of the table: a library asks, and a place is one of the models behind the gateway. */
class Cell {
  constructor(library, place) {
    this.library = library;
    this.place = place;
    this.sim = simulated_at(place);
  }

  test(name, body, options = at_places) {
    test(`${this.library.name} over ${this.library.dialect}, at ${this.place.name}: ${name}`, speaking(this.library.dialect, options), body);
  }

  /** The answer, and how the gateway says it came about. */
  async ask(question) {
    const { fetch, calls } = tape();
    const answer = await this.library.open({ url: target.places, fetch })({ most: 2000, ...question });
    return { answer, verdict: calls[0].headers.get('x-rlm-verdict') };
  }
}

function texts(cell) {
  for (const [how, streamed] of [['a streamed text', true], ['a whole text', false]]) {
    cell.test(how, async () => {
      const word = token();
      const text = `All of ${word}: a naïve "text" with 🙂,\n\\ and more. `.repeat(8).trim();
      await cell.sim.script(word, { text });
      const { answer, verdict } = await cell.ask({ model: cell.place.name, text: `Tell of ${word}.`, streamed });
      assert.equal(answer.text, text);
      assert.equal(answer.stop, 'stop');
      assert.ok(answer.usage.input > 0 && answer.usage.output > 0, `usage ${JSON.stringify(answer.usage)}`);
      if (streamed) assert.ok(answer.pieces > 3, `${answer.pieces} pieces`);
      assert.equal(verdict, 'DIRECT');
      assert.equal((await cell.sim.requests(word)).length, 1);
    });
  }
}

function tools(cell) {
  const { thinks } = cell.place;
  cell.test('a tool round trip', async () => {
    const word = token();
    const thoughts = thinks ? { thinking: `The word ${word} is made up.` } : {};
    const input = { path: `${word}/"quoted" é.txt`, deep: { list: [1, 2.5, null, true], text: '\\n' } };
    await cell.sim.script(word, { ...thoughts, text: 'I look at both.',
      tool_calls: [{ name: 'read_file', input }, { name: 'read_file', input: { path: word } }] }, { ...thoughts, text: `Both say ${word}.` });
    const { answer } = await cell.ask({ model: cell.place.name, text: `What is ${word}?`, tools: [READ_TOOL], streamed: true });
    assert.equal(answer.text, 'I look at both.');
    assert.equal(answer.stop, 'tools');
    assert.deepEqual(answer.calls.map((call) => call.input), [input, { path: word }]);
    assert.equal(new Set(answer.calls.map((call) => call.id)).size, 2, 'every call has an id of its own');
    const last = await answer.next(['the first file', 'the second file']);
    assert.equal(last.text, `Both say ${word}.`);
    assert.equal(last.stop, 'stop');
    const [, { body }] = await cell.sim.ended(word, 2);
    assert.ok(body.includes('the first file') && body.includes('the second file'), 'the results went upstream');
  }, at_places);
}

/** The place beside another: the draft is asked first, so one script serves both sides where they are one model. */
function pairs(cell) {
  for (const [how, model, draft, verify] of [
    ['drafts', `claude-drafted-by-${cell.place.name}`, cell.place, place_named(JUDGE)],
    ['judges', `claude-judged-by-${cell.place.name}`, place_named(DRAFTER), cell.place],
  ]) {
    cell.test(how, async () => {
      const word = token();
      const text = `In ${word} the loop runs once too often: use < instead of <=.`;
      await simulated_at(draft).script(word, { text });
      await simulated_at(verify).script(word, { text: 'USE_DRAFT' });
      const { answer, verdict } = await cell.ask({ model, text: `Please debug ${word} for me.`, streamed: true });
      assert.equal(answer.text, text);
      assert.equal(answer.stop, 'stop');
      assert.equal(verdict, 'ACCEPTED');
      for (const side of [draft, verify]) assert.ok((await simulated_at(side).requests(word)).length > 0, `${side.name} was asked`);
    });
  }
}

for (const place of PLACES)
  for (const library of LIBRARIES)
    for (const part of [texts, tools, pairs]) part(new Cell(library, place));
