// How the exchanges ended: a ring, and its legend with counts.

import type { Summary } from "./api";
import { count, percent } from "./format";
import { toneOf, VERDICTS } from "./verdicts";

const SIZE = 150;
const RADIUS = 59;
const AROUND = 2 * Math.PI * RADIUS;
const GAP = 3;

export function VerdictPanel({ summary }: { summary: Summary }) {
  const total = Math.max(1, summary.requests);
  const parts = VERDICTS.map((verdict) => ({ ...verdict, n: summary.verdicts[verdict.name] }));
  const several = parts.filter((part) => part.n > 0).length > 1;
  let before = 0;
  return (
    <section class="card at-verdicts" aria-labelledby="verdict-title">
      <div class="card-head"><h2 id="verdict-title">Verdicts</h2></div>
      <div class="verdicts">
        <svg class="ring" width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true">
          <circle class="ring-rail" cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} />
          {parts.filter((part) => part.n > 0).map((part) => {
            const length = (part.n / total) * AROUND;
            const drawn = several ? Math.max(1.5, length - GAP) : length;
            const offset = AROUND / 4 - before;
            before += length;
            return (
              <circle
                key={part.name}
                class={`ring-part ${toneOf(part.name)}`}
                cx={SIZE / 2}
                cy={SIZE / 2}
                r={RADIUS}
                stroke-dasharray={`${drawn} ${AROUND - drawn}`}
                stroke-dashoffset={offset}
              />
            );
          })}
          <text class="ring-value" x="50%" y="49%" text-anchor="middle">{percent(summary.draft_use_ratio)}</text>
          <text class="ring-note" x="50%" y="61%" text-anchor="middle">drafts used</text>
        </svg>
        <ul class="verdict-list">
          {parts.map((part) => (
            <li key={part.name} title={part.meaning}>
              <i class={`swatch ${toneOf(part.name)}`} aria-hidden="true" />
              <span>{part.label}</span>
              <b>{count(part.n)}</b>
              <span class="faint">{percent(part.n / total)}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
