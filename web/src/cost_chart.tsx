// Cost and baseline added up over time; the band between them is what was saved.

import { useMemo, useState } from "preact/hooks";
import type { Point, Summary } from "./api";
import { axisUsd, clock, count, percent, signedUsd, usd } from "./format";
import { niceTicks } from "./ticks";
import { useWidth } from "./use_width";

const HEIGHT = 232;
const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;

interface Sum {
  t: number;
  cost: number;
  baseline: number;
  requests: number;
}

/** Running sums at the end of each step, from zero at the beginning. */
function running(points: Point[], step: number, now: number): Sum[] {
  const first = points[0];
  if (!first) return [];
  const sums: Sum[] = [{ t: first.t_ms, cost: 0, baseline: 0, requests: 0 }];
  for (const point of points) {
    const last = sums[sums.length - 1] as Sum;
    // A pause is flat, not a slope.
    if (point.t_ms > last.t) sums.push({ ...last, t: point.t_ms });
    sums.push({
      t: Math.max(point.t_ms + 1, Math.min(point.t_ms + step, now)),
      cost: last.cost + point.cost_usd,
      baseline: last.baseline + point.baseline_usd,
      requests: last.requests + point.requests,
    });
  }
  return sums;
}

const path = (sums: Sum[], x: (t: number) => number, y: (sum: Sum) => number) =>
  sums.map((sum, i) => `${i === 0 ? "M" : "L"}${x(sum.t).toFixed(1)} ${y(sum).toFixed(1)}`).join("");

function timeTicks(from: number, to: number, width: number): number[] {
  const wanted = Math.max(2, Math.floor(width / 110));
  return Array.from({ length: wanted + 1 }, (_, i) => from + ((to - from) * i) / wanted);
}

const shortTime = (t: number, span: number) => {
  const text = clock(t, t);
  return span < 10 * 60_000 ? text : text.slice(0, 5);
};

export function CostChart({ summary }: { summary: Summary }) {
  const [frame, width] = useWidth(640);
  const [at, setAt] = useState<number | null>(null);
  const { points, step_ms } = summary.series;
  const sums = useMemo(() => running(points, step_ms, summary.now_ms), [summary]);
  const last = sums[sums.length - 1];
  const from = sums[0]?.t ?? 0;
  const to = Math.max(last?.t ?? 1, from + 1);
  const top = Math.max(last?.baseline ?? 0, last?.cost ?? 0);
  const ticks = niceTicks(top, 4);
  const ceiling = ticks[ticks.length - 1] ?? 1;
  const inner = Math.max(80, width - LEFT - RIGHT);
  const x = (t: number) => LEFT + ((t - from) / (to - from)) * inner;
  const y = (value: number) => HEIGHT - BOTTOM - (value / ceiling) * (HEIGHT - TOP - BOTTOM);
  const cost = path(sums, x, (sum) => y(sum.cost));
  const baseline = path(sums, x, (sum) => y(sum.baseline));
  const band = `${baseline}${path([...sums].reverse(), x, (sum) => y(sum.cost)).replace("M", "L")}Z`;
  const shown = at === null ? last : sums.reduce((best, sum) => (Math.abs(sum.t - at) < Math.abs(best.t - at) ? sum : best), sums[0] as Sum);
  const saved = shown ? shown.baseline - shown.cost : 0;

  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / inner;
    setAt(from + Math.min(1, Math.max(0, share)) * (to - from));
  };

  return (
    <section class="card at-cost" aria-labelledby="cost-title">
      <div class="card-head">
        <h2 id="cost-title">Cost against the baseline</h2>
        {shown && (
          <p class="legend">
            <span class="faint">{at === null ? "in all" : `until ${clock(shown.t, summary.now_ms)}`}</span>
            <span><i class="swatch baseline" />baseline {usd(shown.baseline)}</span>
            <span><i class="swatch cost" />cost {usd(shown.cost)}</span>
            <b class={saved < 0 ? "loss" : "gain"}>{signedUsd(saved)}</b>
          </p>
        )}
      </div>
      <div ref={frame} class="chart">
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Cost ${usd(summary.cost_usd)} against a baseline of ${usd(summary.baseline_usd)}; saved ${percent(summary.saved_ratio)} over ${count(summary.requests)} requests.`}
          onPointerMove={point}
          onPointerLeave={() => setAt(null)}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <line class="rule" x1={LEFT} x2={LEFT + inner} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">{axisUsd(tick, ticks[1] ?? 1)}</text>
            </g>
          ))}
          {timeTicks(from, to, inner).map((t, i, all) => (
            <text
              key={i}
              class="tick"
              x={x(t)}
              y={HEIGHT - 6}
              text-anchor={i === 0 ? "start" : i === all.length - 1 ? "end" : "middle"}
            >
              {shortTime(t, to - from)}
            </text>
          ))}
          <path class={`band ${(last?.baseline ?? 0) < (last?.cost ?? 0) ? "loss" : ""}`} d={band} />
          <path class="line baseline" d={baseline} />
          <path class="line cost" d={cost} />
          {at !== null && shown && (
            <g>
              <line class="cross" x1={x(shown.t)} x2={x(shown.t)} y1={TOP} y2={HEIGHT - BOTTOM} />
              <circle class="mark baseline" cx={x(shown.t)} cy={y(shown.baseline)} r="4" />
              <circle class="mark cost" cx={x(shown.t)} cy={y(shown.cost)} r="4" />
            </g>
          )}
        </svg>
      </div>
    </section>
  );
}
