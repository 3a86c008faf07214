// The control panel of a simulated model (sim/admin.hpp).
import { target, until } from './target.mjs';

async function call(url, path, body) {
  const response = await fetch(url + path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

export class Simulated {
  constructor(url) {
    this.url = url;
  }

  /** The next requests whose last user text holds `word` get these replies, in order. */
  script(word, ...replies) {
    return call(this.url, '/_sim/script', replies.map((reply) => ({ ...reply, when: word })));
  }

  /** What this model has billed so far: {calls, total_nano_usd, …}. */
  bill() {
    return call(this.url, '/_sim/bill');
  }

  /** The requests whose body holds `word`, oldest first; headers by lower-case name. */
  async requests(word) {
    const { requests } = await call(this.url, `/_sim/requests?holding=${word}`);
    return requests
      .filter((request) => request.body.includes(word))
      .map((request) => ({
        ...request,
        headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
      }));
  }

  /** Waits for the first of them. */
  asked(word, patienceMs = 8_000) {
    return until(async () => (await this.requests(word)).length > 0, `a request with ${word} at ${this.url}`, patienceMs);
  }

  /** The same once there are `count` of them and all have ended. */
  ended(word, count = 1) {
    return until(async () => {
      const seen = await this.requests(word);
      return seen.length >= count && seen.every((request) => request.finished) && seen;
    }, `${count} ended requests with ${word} at ${this.url}`);
  }
}

export const verifySim = target.verifySim && new Simulated(target.verifySim);
export const draftSim = target.draftSim && new Simulated(target.draftSim);

/** The model that plays this place (places.mjs). */
export const simulated_at = ({ provider }) => new Simulated(target.placesSims[provider]);
