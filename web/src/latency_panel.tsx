// Median and 95th percentile per verdict, with DIRECT's median as the mark to beat.

import { useState } from "preact/hooks";
import type { Latency, Summary } from "./api";
import { count, duration } from "./format";
import { niceTicks } from "./ticks";
import { useWidth } from "./use_width";
import { toneOf, VERDICTS } from "./verdicts";

type Measure = "duration" | "first";

const pick = (latency: Latency, measure: Measure) =>
  measure === "duration"
    ? { p50: latency.p50_ms, p95: latency.p95_ms }
    : { p50: latency.first_byte_p50_ms, p95: latency.first_byte_p95_ms };

function Bar({ p50, p95, ceiling, mark, tone }: {
  p50: number; p95: number; ceiling: number; mark: number | null; tone: string;
}) {
  const [frame, width] = useWidth(200);
  const x = (ms: number) => 5 + (ms / ceiling) * Math.max(10, width - 10);
  return (
    <div ref={frame} class="bar">
      <svg width={width} height="22" aria-hidden="true">
        <line class="bar-rail" x1="5" x2={Math.max(5, width - 5)} y1="11" y2="11" />
        {mark !== null && <line class="bar-mark" x1={x(mark)} x2={x(mark)} y1="1" y2="21" />}
        <line class={`bar-range ${tone}`} x1={x(p50)} x2={x(p95)} y1="11" y2="11" />
        <circle class={`bar-p50 ${tone}`} cx={x(p50)} cy="11" r="5" />
        <circle class={`bar-p95 ${tone}`} cx={x(p95)} cy="11" r="3.5" />
      </svg>
    </div>
  );
}

export function LatencyPanel({ summary }: { summary: Summary }) {
  const [measure, setMeasure] = useState<Measure>("duration");
  const rows = VERDICTS.map((verdict) => {
    const latency = summary.latency.verdicts[verdict.name];
    return { ...verdict, n: latency.count, ...pick(latency, measure) };
  }).filter((row) => row.p50 !== null && row.p95 !== null);
  const ticks = niceTicks(Math.max(...rows.map((row) => row.p95 ?? 0), 1), 4);
  const ceiling = ticks[ticks.length - 1] ?? 1;
  const mark = pick(summary.latency.verdicts.DIRECT, measure).p50;
  return (
    <section class="card at-latency" aria-labelledby="latency-title">
      <div class="card-head">
        <h2 id="latency-title">Time per verdict</h2>
        <div class="switch" role="group" aria-label="What is measured">
          <button type="button" aria-pressed={measure === "duration"} onClick={() => setMeasure("duration")}>Whole answer</button>
          <button type="button" aria-pressed={measure === "first"} onClick={() => setMeasure("first")}>First byte</button>
        </div>
      </div>
      <table class="latency">
        <thead>
          <tr><th scope="col">Verdict</th><th scope="col" class="spread">Median to 95 %</th><th scope="col" class="num">p50</th><th scope="col" class="num">p95</th></tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} title={`${count(row.n)} exchanges`}>
              <th scope="row"><i class={`swatch ${toneOf(row.name)}`} aria-hidden="true" />{row.label}</th>
              <td class="spread"><Bar p50={row.p50 ?? 0} p95={row.p95 ?? 0} ceiling={ceiling} mark={mark} tone={toneOf(row.name)} /></td>
              <td class="num">{duration(row.p50)}</td>
              <td class="num faint">{duration(row.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint foot">
        Newest {count(summary.latency.window)} exchanges.{mark !== null && <> The dashed mark is the median of Direct, {duration(mark)}.</>}
      </p>
    </section>
  );
}
