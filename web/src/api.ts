// What the proxy answers (docs/openapi.json), and the calls for it.

export type Verdict = "DIRECT" | "SKIPPED" | "VALIDATED" | "ACCEPTED" | "REPAIRED" | "ENHANCED" | "FALLBACK" | "FAILED";
export type Role = "direct" | "draft" | "verify" | "digest" | "shadow" | "audit" | "keep_alive" | "count";

export type Occasion = "client" | "shadow" | "audit" | "keep_alive";
export type Judgement = "none" | "same" | "different" | "equal" | "accepted" | "repaired" | "rewritten";

export interface Tokens {
  input: number;
  cache_write_5m: number;
  cache_write_1h: number;
  cache_read: number;
  output: number;
}

export interface Latency {
  count: number;
  p50_ms: number | null;
  p95_ms: number | null;
  first_byte_p50_ms: number | null;
  first_byte_p95_ms: number | null;
}

export interface Upstream {
  endpoint: string;
  role: Role;
  model: string;
  calls: number;
  failed: number;
  tokens: Tokens;
  cache_read_share: number | null;
  cost_usd: number;
  latency: Latency;
}

export interface Point {
  t_ms: number;
  requests: number;
  cost_usd: number;
  baseline_usd: number;
}

export interface Summary {
  version: string;
  change: number;
  now_ms: number;
  since_ms: number;
  inflight: number;
  requests: number;
  verdicts: Record<Verdict, number>;
  cascaded: number;
  draft_used: number;
  draft_use_ratio: number | null;
  client_left: number;
  cost_usd: number;
  aside_cost_usd: number;
  estimated_cost_usd: number;
  baseline_usd: number;
  saved_usd: number;
  saved_ratio: number | null;
  tokens: Tokens;
  latency: { window: number; all: Latency; cascaded: Latency; verdicts: Record<Verdict, Latency> };
  upstreams: Upstream[];
  series: { step_ms: number; points: Point[] };
}

export interface Row {
  id: string;
  started_ms: number;
  session: string;
  agent: string;
  asked_model: string;
  answered_model: string;
  cascade: string;
  plan: string;
  verdict: Verdict;
  reason: string;
  status: number;
  error_type: string;
  streamed: boolean;
  client_left: boolean;
  first_byte_ms: number | null;
  duration_ms: number;
  request_bytes: number;
  response_bytes: number;
  tokens: Tokens;
  cost_usd: number;
  baseline_usd: number;
  saved_usd: number;
  call_count: number;
  occasion: Occasion;
  follows: string;
  sampled_ppm: number;
  judgement: Judgement;
  would_cost_usd: number;
  would_baseline_usd: number;
  class: string;
  failed_draft: string;
}

export interface Call {
  role: Role;
  end: "complete" | "cancelled" | "failed";
  endpoint: string;
  model: string;
  status: number;
  attempt: number;
  error: string;
  tokens: Tokens;
  usage_reported: boolean;
  price_version: string;
  cost_usd: number;
  started_ms: number;
  first_byte_ms: number | null;
  duration_ms: number;
}

/** What a plan was expected to cost when the exchange's plan was chosen. */
export interface Weighed {
  plan: string;
  price_nano: number;
  turn_nano?: number;
  refused?: string;
}

export interface Exchange extends Row {
  calls: Call[];
  weighed: Weighed[];
}

export interface Model {
  name: string;
  model: string;
  endpoint: string;
  host: string;
  roles: string[];
  healthy: boolean;
  note: string;
}

export type Trust = "probation" | "trusted" | "demoted";

/** What the drafts of one class have earned. */
export interface ClassReport {
  class: string;
  state: Trust;
  presumed: boolean;
  bad_rate_upper: number;
  bad_rate_max: number;
  confidence: number;
  audit_share: number;
  labels: number;
  bad: number;
  demotions: number;
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return (await response.json()) as T;
}

export const getSummary = () => get<Summary>("/api/summary");
export const getModels = async () => (await get<{ models: Model[] }>("/api/models")).models;
export const getClasses = async () => (await get<{ classes: ClassReport[] }>("/api/classes")).classes;
export const getExchange = (id: string) => get<Exchange>(`/api/exchanges/${encodeURIComponent(id)}`);
export const getExchanges = (limit: number, before?: string) =>
  get<{ exchanges: Row[]; next_before: string | null }>(
    `/api/exchanges?limit=${limit}${before ? `&before=${encodeURIComponent(before)}` : ""}`,
  );
