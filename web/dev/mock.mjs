// Serves dist/ with made-up data, for work on the page without a proxy: `npm run mock [-- --empty] [-- --loss]`.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const PORT = Number(process.env.PORT ?? 8799);
const EMPTY = process.argv.includes("--empty");
const LOSS = process.argv.includes("--loss");
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const VERDICTS = ["DIRECT", "SKIPPED", "VALIDATED", "ACCEPTED", "REPAIRED", "ENHANCED", "FALLBACK", "FAILED"];

let seed = 7;
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
const between = (low, high) => Math.round(low + random() * (high - low));
const nano = (value) => Math.round(value * 1e9) / 1e9;

function pickVerdict() {
  const at = random();
  return at < 0.34 ? "SKIPPED" : at < 0.68 ? "ACCEPTED" : at < 0.8 ? "ENHANCED" : at < 0.95 ? "DIRECT" : at < 0.985 ? "FALLBACK" : "FAILED";
}

const usage = (input, read, output) => ({ input, cache_write_5m: between(0, 900), cache_write_1h: 0, cache_read: read, output });

function call(role, started, output, long) {
  const draft = role === "draft";
  const first = draft ? between(180, 600) : between(700, 2400);
  const tokens = usage(draft ? between(200, 2500) : between(20, 900), long ? between(9000, 42000) : between(0, 4000), output);
  const price = draft ? [0.27, 0.028, 1.1] : [5, 0.5, 25];
  const cost = (tokens.input * price[0] + tokens.cache_write_5m * price[0] * 1.25 + tokens.cache_read * price[1] + output * price[2]) / 1e6;
  return {
    role, end: "complete", endpoint: draft ? "deepseek" : "opus", model: draft ? "deepseek-v4-pro" : "claude-opus-4-8", status: 200,
    attempt: 0, error: "", tokens, usage_reported: true, price_version: draft ? "2026-08-16T16:00Z" : "2026-09-22", cost_usd: nano(cost),
    started_ms: started, first_byte_ms: first, duration_ms: first + Math.round(output * (draft ? 7 : 16)),
  };
}

let number = 0;
function exchange(started) {
  const verdict = pickVerdict();
  const output = between(80, 900);
  const long = random() < 0.5;
  const calls = [];
  if (verdict !== "DIRECT") calls.push(call("draft", between(2, 6), output, long));
  const after = calls[0] ? calls[0].started_ms + calls[0].duration_ms : 3;
  if (verdict === "ACCEPTED") calls.push(call("verify", after, 4, long));
  if (verdict === "ENHANCED") calls.push(call("verify", after, output, long));
  if (verdict === "DIRECT") calls.push(call("direct", 3, output, long));
  if (verdict === "FALLBACK") {
    Object.assign(calls[0], { end: "failed", error: "Timeout", status: 0, first_byte_ms: null });
    calls.push(call("direct", after, output, long));
  }
  if (verdict === "FAILED") Object.assign(calls[0], { end: "failed", error: "UpstreamStatus", status: 529, cost_usd: 0 });
  const cost = calls.reduce((sum, one) => sum + one.cost_usd, 0);
  const direct = call("direct", 0, output, long);
  const baseline = verdict === "FAILED" ? 0 : verdict === "DIRECT" ? cost : direct.cost_usd * (LOSS ? 0.4 : 1);
  const last = calls.at(-1);
  const reasons = { DIRECT: ["tools", "thinking", "images"], SKIPPED: ["simple"], ACCEPTED: ["long_prompt", "keyword:refactor"],
    ENHANCED: ["long_prompt", "keyword:debug"], FALLBACK: ["simple,draft_timeout", "long_prompt,draft_refused"], FAILED: ["simple,overloaded"] }[verdict];
  return {
    id: `exc_01k3${String(number++).padStart(6, "0")}abcdefghijklmnop`, started_ms: started, session: "5f1c0b52-8a7e-4d7e-9d52-b1a6c1f0e9aa", agent: "",
    asked_model: random() < 0.9 ? "claude-opus-4-8" : "claude-opus-4-8-20260805",
    answered_model: verdict === "FAILED" ? "" : ["SKIPPED", "ACCEPTED"].includes(verdict) ? "deepseek" : "opus", cascade: "0",
    plan: verdict === "DIRECT" ? "direct" : verdict === "SKIPPED" ? "draft_only" : "draft_verify", verdict, reason: reasons[between(0, reasons.length - 1)],
    status: verdict === "FAILED" ? 529 : 200, error_type: verdict === "FAILED" ? "overloaded_error" : "", streamed: true, client_left: random() < 0.01,
    first_byte_ms: verdict === "FAILED" ? null : verdict === "SKIPPED" ? calls[0].first_byte_ms + 60 : last.started_ms + (last.first_byte_ms ?? 0),
    duration_ms: last.started_ms + last.duration_ms, request_bytes: between(900, 180000), response_bytes: between(600, 9000),
    tokens: last.tokens, cost_usd: nano(cost), baseline_usd: nano(baseline), saved_usd: nano(baseline - cost), call_count: calls.length, calls,
    occasion: "client", follows: "", sampled_ppm: 0, judgement: "none", would_cost_usd: 0, would_baseline_usd: 0, class: "chat/simple/none/deepseek/coding", failed_draft: "",
    weighed: verdict === "SKIPPED" ? [{ plan: "direct", price_nano: baseline }, { plan: "draft_only", price_nano: cost },
      { plan: "draft_verify", price_nano: cost + 2_000_000 }] : [],
  };
}

const all = [];
if (!EMPTY) {
  let at = Date.now() - 52 * 60_000;
  while (at < Date.now() - 1500) {
    all.push(exchange(at));
    at += random() < 0.02 ? between(60_000, 240_000) : between(500, 14_000);
  }
}

const at = (values, percent) => values.length === 0 ? null : values.sort((a, b) => a - b)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)];
const latency = (list, of = (one) => one) => {
  const durations = list.map((one) => of(one).duration_ms);
  const firsts = list.map((one) => of(one).first_byte_ms).filter((ms) => ms !== null);
  return { count: list.length, p50_ms: at(durations, 50), p95_ms: at(durations, 95), first_byte_p50_ms: at(firsts, 50), first_byte_p95_ms: at(firsts, 95) };
};
const sum = (list, of) => nano(list.reduce((total, one) => total + of(one), 0));
const allTokens = (calls) =>
  Object.fromEntries(["input", "cache_write_5m", "cache_write_1h", "cache_read", "output"].map((name) => [name, sum(calls, (one) => one.tokens[name])]));

function summary() {
  const recent = all.slice(-1000);
  const calls = all.flatMap((one) => one.calls);
  const cascaded = all.filter((one) => one.plan !== "direct");
  const used = all.filter((one) => ["SKIPPED", "ACCEPTED"].includes(one.verdict)).length;
  const groups = new Map();
  for (const one of calls) {
    const name = `${one.endpoint} ${one.role}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const step = 40_000;
  const points = new Map();
  for (const one of all) {
    const t = Math.floor(one.started_ms / step) * step;
    const point = points.get(t) ?? { t_ms: t, requests: 0, cost_usd: 0, baseline_usd: 0 };
    points.set(t, { t_ms: t, requests: point.requests + 1, cost_usd: point.cost_usd + one.cost_usd, baseline_usd: point.baseline_usd + one.baseline_usd });
  }
  const cost = sum(all, (one) => one.cost_usd);
  const baseline = sum(all, (one) => one.baseline_usd);
  return {
    version: "0.1.0", change: all.length, now_ms: Date.now(), since_ms: all[0]?.started_ms ?? 0, inflight: EMPTY ? 0 : between(0, 4), requests: all.length,
    verdicts: Object.fromEntries(VERDICTS.map((name) => [name, all.filter((one) => one.verdict === name).length])),
    cascaded: cascaded.length, draft_used: used, draft_use_ratio: cascaded.length ? used / cascaded.length : null,
    client_left: all.filter((one) => one.client_left).length, cost_usd: cost, aside_cost_usd: 0, estimated_cost_usd: 0, baseline_usd: baseline, saved_usd: nano(baseline - cost),
    saved_ratio: baseline ? (baseline - cost) / baseline : null, tokens: allTokens(calls),
    latency: { window: recent.length, all: latency(recent), cascaded: latency(recent.filter((one) => one.plan !== "direct")),
      verdicts: Object.fromEntries(VERDICTS.map((name) => [name, latency(recent.filter((one) => one.verdict === name))])) },
    upstreams: [...groups.values()].map((list) => {
      const tokens = allTokens(list);
      const prompt = tokens.input + tokens.cache_read + tokens.cache_write_5m + tokens.cache_write_1h;
      return { endpoint: list[0].endpoint, role: list[0].role, model: list[0].model, calls: list.length, failed: list.filter((one) => one.end === "failed").length,
        tokens, cache_read_share: prompt ? tokens.cache_read / prompt : null, cost_usd: sum(list, (one) => one.cost_usd), latency: latency(list) };
    }),
    series: { step_ms: step, points: [...points.values()] },
  };
}

const row = ({ calls, ...rest }) => rest;
const models = [
  { name: "opus", model: "claude-opus-4-8", endpoint: "anthropic", host: "api.anthropic.com", roles: ["direct", "verify"], healthy: true, note: "" },
  { name: "deepseek", model: "deepseek-v4-pro", endpoint: "deepseek", host: "api.deepseek.com", roles: ["draft"], healthy: !LOSS, note: LOSS ? "529 for 12 s" : "" },
];

const klass = (name, state, labels, bad, upper, more = {}) => ({ class: `${name}/deepseek/coding`, state, presumed: false, bad_rate_upper: upper, bad_rate_max: 0.02,
  confidence: 0.95, audit_share: state === "trusted" ? 0.1 : 1, labels, bad, demotions: 0, ...more });
const classes = [
  klass("ask/simple/read", "trusted", 412, 1, 0.0143), klass("chat/simple/none", "trusted", 61, 0, 0.0521, { presumed: true }),
  klass("continue/simple/write", "probation", 96, 0, 0.0338), klass("continue/simple/execute", "demoted", 40, 9, 0.41, { demotions: 1 }),
];

const watchers = new Set();
if (!EMPTY)
  setInterval(() => {
    const fresh = exchange(Date.now());
    all.push(fresh);
    for (const response of watchers)
      response.write(`event: exchange\ndata: ${JSON.stringify(row(fresh))}\n\nevent: summary\ndata: ${JSON.stringify(summary())}\n\n`);
  }, 1200);

function json(response, status, value) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/api/summary") return json(response, 200, summary());
  if (url.pathname === "/api/models") return json(response, 200, { models });
  if (url.pathname === "/api/classes") return json(response, 200, { classes });
  if (url.pathname === "/api/exchanges") {
    const limit = Number(url.searchParams.get("limit") ?? 100);
    const before = url.searchParams.get("before");
    const newest = [...all].reverse();
    const from = before ? newest.findIndex((one) => one.id === before) + 1 : 0;
    const page = newest.slice(from, from + limit);
    return json(response, 200, { exchanges: page.map(row), next_before: page.length === limit ? page.at(-1).id : null });
  }
  if (url.pathname.startsWith("/api/exchanges/")) {
    const found = all.find((one) => url.pathname.endsWith(one.id)) ?? (url.pathname.endsWith("/last") ? all.at(-1) : undefined);
    return found ? json(response, 200, found) : json(response, 404, { error: { type: "not_found", message: "unknown" } });
  }
  if (url.pathname === "/api/live") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: summary\ndata: ${JSON.stringify(summary())}\n\n`);
    watchers.add(response);
    request.on("close", () => watchers.delete(response));
    return undefined;
  }
  const name = url.pathname.replace(/^\/(dashboard\/?)?/, "") || "index.html";
  try {
    const content = await readFile(new URL(`../dist/${name.replaceAll("..", "")}`, import.meta.url));
    response.writeHead(200, { "content-type": TYPES[name.split(".").pop()] ?? "application/octet-stream", "content-security-policy": POLICY });
    response.end(content);
  } catch {
    json(response, 404, { error: { type: "not_found", message: name } });
  }
  return undefined;
}).listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}/dashboard`));
