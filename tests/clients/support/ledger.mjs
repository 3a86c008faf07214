// What the gateway says of an exchange: response headers, and the row behind /api/exchanges.
import assert from 'node:assert/strict';
import { target, until } from './target.mjs';

async function get(path, admin = target.admin) {
  const response = await fetch(admin + path);
  if (response.status === 404) return undefined;
  assert.equal(response.status, 200, path);
  return response.json();
}

/** The exchange with its calls, once it is settled. */
export function exchange(id) {
  return until(() => get(`/api/exchanges/${id}`), `exchange ${id} in the ledger`);
}

/** The rows of a session at a gateway, oldest first, once there are `count`. */
export function exchanges_of(session, count = 1, admin = target.admin) {
  return until(async () => {
    const { exchanges } = await get('/api/exchanges?limit=500', admin);
    const rows = exchanges.filter((row) => row.session === session).reverse();
    return rows.length >= count && rows;
  }, `${count} exchanges of session ${session} in the ledger`);
}

/** Checks the headers and the row of one response, and returns the row. */
export async function check_verdict(response, verdict, reason) {
  assert.equal(response.headers.get('x-rlm-verdict'), verdict);
  if (reason) assert.equal(response.headers.get('x-rlm-reason'), reason);
  assert.ok(response.headers.get('x-rlm-model'), 'x-rlm-model');
  assert.ok(response.headers.get('request-id'), 'request-id');
  const row = await exchange(response.headers.get('x-rlm-exchange'));
  assert.equal(row.verdict, verdict);
  assert.equal(row.status, 200);
  assert.equal(row.client_left, false);
  return row;
}
