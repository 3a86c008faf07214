// The numbers that people come for.

import type { ComponentChildren } from "preact";
import type { Summary } from "./api";
import { count, duration, percent, signedUsd, usd } from "./format";

interface TileProps {
  label: string;
  value: string;
  tone?: string;
  title?: string;
  children?: ComponentChildren;
}

function Tile({ label, value, tone = "", title, children }: TileProps) {
  return (
    <div class={`tile card ${tone}`}>
      <h2>{label}</h2>
      <p class="value" title={title}>{value}</p>
      <p class="note">{children}</p>
    </div>
  );
}

const gainTone = (value: number) => (value > 0 ? "gain" : value < 0 ? "loss" : "");

function LatencyTile({ summary }: { summary: Summary }) {
  const ours = summary.latency.cascaded.p50_ms;
  const direct = summary.latency.verdicts.DIRECT.p50_ms;
  const both = ours !== null && direct !== null && direct > 0;
  return (
    <Tile label="Median time, drafted" value={duration(ours)} title="Drafted and direct exchanges are different requests; compare with care.">
      {both ? (
        <>
          <b class={gainTone(direct - ours)}>{percent(ours / direct - 1, true)}</b> against {duration(direct)} direct
        </>
      ) : (
        <>direct: {duration(direct)}</>
      )}
    </Tile>
  );
}

export function KeyNumbers({ summary }: { summary: Summary }) {
  const failed = summary.verdicts.FAILED;
  return (
    <section class="tiles" aria-label="Key numbers">
      <Tile
        label="Saved"
        value={signedUsd(summary.saved_usd)}
        tone={`big ${gainTone(summary.saved_usd)}`}
        title={`${summary.saved_usd} USD`}
      >
        <b>{percent(summary.saved_ratio)}</b> of {usd(summary.baseline_usd)}, what the verify model alone would have cost
        with its own warm cache
      </Tile>
      <Tile label="Cost" value={usd(summary.cost_usd)} title={`${summary.cost_usd} USD`}>
        {count(summary.tokens.output)} tokens out
        {summary.aside_cost_usd > 0 && <>, {usd(summary.aside_cost_usd)} for work that no client waited for</>}
        {summary.estimated_cost_usd > 0 && (
          <span title="Calls that ended before they told their usage">, {usd(summary.estimated_cost_usd)} estimated</span>
        )}
      </Tile>
      <Tile label="Draft use" value={percent(summary.draft_use_ratio)}>
        {count(summary.draft_used)} of {count(summary.cascaded)} drafted exchanges
      </Tile>
      <Tile label="Requests" value={count(summary.requests)}>
        {failed > 0 ? <b class="loss">{count(failed)} failed</b> : "none failed"}
        {summary.client_left > 0 && <>, {count(summary.client_left)} left early</>}
      </Tile>
      <LatencyTile summary={summary} />
    </section>
  );
}
