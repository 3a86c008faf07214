// One exchange: its story, its calls over time, its tokens and its money.

import { useEffect, useRef, useState } from "preact/hooks";
import { getExchange, type Call, type Exchange, type Tokens } from "./api";
import { bytes, count, duration, fullTime, NONE, percent, signedUsd, usd } from "./format";
import { Chip } from "./history";
import { Timeline } from "./timeline";
import { JUDGEMENTS, labelOf, meaningOf, OCCASIONS, ROLE_LABELS } from "./verdicts";

const CLASSES: readonly { key: keyof Tokens; label: string }[] = [
  { key: "input", label: "Input, not cached" },
  { key: "cache_write_5m", label: "Cache write, 5 min" },
  { key: "cache_write_1h", label: "Cache write, 1 h" },
  { key: "cache_read", label: "Cache read" },
  { key: "output", label: "Output" },
];

const PLANS: Record<string, string> = {
  direct: "direct",
  draft_only: "draft only",
  draft_validate: "draft, proven by code",
  draft_verify: "draft, then verify",
  draft_turn: "draft drives the turn",
  shadow: "direct, drafted in the background",
};

function asideFacts(exchange: Exchange): [string, string][] {
  return [
    ["Follows", exchange.follows],
    ["It would have ended", labelOf(exchange.verdict)],
    ["Verify model's word", JUDGEMENTS[exchange.judgement]],
    ["It would have cost", `${usd(exchange.would_cost_usd)} instead of ${usd(exchange.would_baseline_usd)}`],
    ["Drawn with probability", exchange.sampled_ppm > 0 ? percent(exchange.sampled_ppm / 1e6) : NONE],
  ];
}

function Facts({ exchange }: { exchange: Exchange }) {
  const facts: [string, string][] = [
    ["Asked for", exchange.asked_model || NONE],
    ["Answered by", exchange.answered_model || NONE],
    ["Plan", PLANS[exchange.plan] ?? exchange.plan],
    ["Reason", exchange.reason || NONE],
    ["Status", exchange.status === 0 ? "the client left before one" : `${exchange.status}${exchange.error_type ? ` ${exchange.error_type}` : ""}`],
    ["First byte", duration(exchange.first_byte_ms)],
    ["Duration", `${duration(exchange.duration_ms)}${exchange.client_left ? " (the client left)" : ""}`],
    ["Answer", `${exchange.streamed ? "streamed" : "whole"}, ${bytes(exchange.response_bytes)}`],
    ["Request", bytes(exchange.request_bytes)],
    ["Cascade", exchange.cascade || NONE],
    ["Session", exchange.session || NONE],
    ["Agent", exchange.agent || NONE],
    ...(exchange.occasion === "client" ? [] : asideFacts(exchange)),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

function Money({ exchange }: { exchange: Exchange }) {
  const { cost_usd: cost, baseline_usd: baseline, saved_usd: saved } = exchange;
  return (
    <div class="money">
      <div><span>Baseline</span><b>{usd(baseline)}</b></div>
      <div><span>Cost</span><b>{usd(cost)}</b></div>
      <div class={saved > 0 ? "gain" : saved < 0 ? "loss" : ""}>
        <span>Saved</span><b>{signedUsd(saved)}</b><small>{percent(baseline > 0 ? saved / baseline : null)}</small>
      </div>
    </div>
  );
}

const callTitle = (call: Call) => `${ROLE_LABELS[call.role]}${call.attempt > 0 ? `, attempt ${call.attempt + 1}` : ""}`;

function Calls({ calls }: { calls: Call[] }) {
  return (
    <div class="scroll">
      <table class="calls">
        <thead>
          <tr>
            <th scope="col">Per call</th>
            {calls.map((call, i) => (
              <th key={i} scope="col" class="num">{callTitle(call)}<small>{call.endpoint}</small></th>
            ))}
          </tr>
        </thead>
        <tbody>
          {CLASSES.filter(({ key }) => calls.some((call) => call.tokens[key] > 0)).map(({ key, label }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              {calls.map((call, i) => <td key={i} class="num">{count(call.tokens[key])}</td>)}
            </tr>
          ))}
          <tr>
            <th scope="row">Ended</th>
            {calls.map((call, i) => (
              <td key={i} class={`num ${call.end === "failed" ? "loss" : ""}`}>
                {call.end}{call.status > 0 && call.status !== 200 ? `, ${call.status}` : ""}
                {call.error && <small>{call.error}</small>}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Price of</th>
            {calls.map((call, i) => <td key={i} class="num faint">{call.price_version || NONE}</td>)}
          </tr>
          <tr class="sum">
            <th scope="row">Cost</th>
            {calls.map((call, i) => (
              <td key={i} class="num"><b>{usd(call.cost_usd)}</b>{!call.usage_reported && call.cost_usd > 0 && <small>estimated</small>}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** The plans that the router weighed, the chosen one marked. */
function Alternatives({ exchange }: { exchange: Exchange }) {
  const whole = exchange.weighed.some(({ turn_nano }) => turn_nano !== undefined);
  return (
    <div class="scroll">
      <table class="calls">
        <thead>
          <tr>
            <th scope="col">Plan</th>
            <th scope="col" class="num" title="With what it fills caches for later calls, and lets lapse">Price</th>
            {whole && <th scope="col" class="num">Whole turn</th>}
            <th scope="col">Taken?</th>
          </tr>
        </thead>
        <tbody>
          {exchange.weighed.map(({ plan, price_nano, turn_nano, refused }) => (
            <tr key={plan}>
              <th scope="row">{PLANS[plan] ?? plan}</th>
              <td class="num">{usd(price_nano / 1e9)}</td>
              {whole && <td class="num">{turn_nano === undefined ? NONE : usd(turn_nano / 1e9)}</td>}
              <td>{plan === exchange.plan ? <b>yes</b> : <span class="faint">{refused ?? "dearer"}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Detail({ id, close }: { id: string; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [exchange, setExchange] = useState<Exchange | null>(null);
  const [missing, setMissing] = useState(false);

  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    let current = true;
    setExchange(null);
    setMissing(false);
    getExchange(id).then((got) => current && setExchange(got)).catch(() => current && setMissing(true));
    return () => { current = false; };
  }, [id]);

  return (
    <dialog
      ref={dialog}
      class="detail"
      aria-labelledby="detail-title"
      onClose={close}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="detail-body">
        <div class="card-head">
          <div>
            <h2 id="detail-title">{exchange ? fullTime(exchange.started_ms) : "Exchange"}</h2>
            <p class="faint mono">{id}</p>
          </div>
          <button type="button" class="quiet" onClick={() => dialog.current?.close()} aria-label="Close">✕</button>
        </div>
        {missing && <p>This exchange is no longer among the newest ones. The ledger still holds it.</p>}
        {exchange && (
          <>
            <p class="verdict-line"><Chip row={exchange} /> {exchange.occasion === "client" ? meaningOf(exchange.verdict) : OCCASIONS[exchange.occasion].meaning}</p>
            <Money exchange={exchange} />
            <h3>Calls</h3>
            {exchange.calls.length === 0 ? (
              <p class="faint">No upstream was called.</p>
            ) : (
              <>
                <Timeline exchange={exchange} />
                <Calls calls={exchange.calls} />
              </>
            )}
            {exchange.weighed.length > 0 && (
              <>
                <h3>What was expected of each plan</h3>
                <Alternatives exchange={exchange} />
              </>
            )}
            <h3>Facts</h3>
            <Facts exchange={exchange} />
          </>
        )}
      </div>
    </dialog>
  );
}
