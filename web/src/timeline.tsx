// The calls of an exchange on one axis of time: waiting is pale, answering is solid.

import type { Exchange } from "./api";
import { axisTime, duration } from "./format";
import { niceTicks } from "./ticks";
import { useWidth } from "./use_width";
import { ROLE_LABELS } from "./verdicts";

const ROW = 30;
const LABEL = 84;

export function Timeline({ exchange }: { exchange: Exchange }) {
  const [frame, width] = useWidth(480);
  const end = Math.max(exchange.duration_ms, ...exchange.calls.map((call) => call.started_ms + call.duration_ms), 1);
  const inner = Math.max(60, width - LABEL - 8);
  const x = (ms: number) => LABEL + (ms / end) * inner;
  const height = exchange.calls.length * ROW + 24;
  const ticks = niceTicks(end, 4).filter((tick) => tick <= end);
  return (
    <div ref={frame} class="chart">
      <svg width={width} height={height} role="img" aria-label={`${exchange.calls.length} calls within ${duration(end)}`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="rule" x1={x(tick)} x2={x(tick)} y1="0" y2={height - 20} />
            <text class="tick" x={x(tick)} y={height - 5} text-anchor={tick === 0 ? "start" : x(tick) > width - 30 ? "end" : "middle"}>{tick === 0 ? "0" : axisTime(tick)}</text>
          </g>
        ))}
        {exchange.calls.map((call, i) => {
          const top = i * ROW + 6;
          const finish = call.started_ms + call.duration_ms;
          const first = call.first_byte_ms === null ? finish : Math.min(finish, call.started_ms + call.first_byte_ms);
          return (
            <g key={i} class={`call-${call.role} end-${call.end}`}>
              <title>{`${ROLE_LABELS[call.role]} ${call.model}: first byte ${duration(call.first_byte_ms)}, whole ${duration(call.duration_ms)}`}</title>
              <text class="label" x="0" y={top + 13}>{ROLE_LABELS[call.role]}</text>
              <rect class="span-wait" x={x(call.started_ms)} y={top} width={Math.max(1, x(first) - x(call.started_ms))} height="18" rx="4" />
              <rect class="span-answer" x={x(first)} y={top} width={Math.max(2, x(finish) - x(first))} height="18" rx="4" />
            </g>
          );
        })}
        {exchange.first_byte_ms !== null && (
          <line class="cross" x1={x(exchange.first_byte_ms)} x2={x(exchange.first_byte_ms)} y1="0" y2={height - 20}>
            <title>{`First byte to the client: ${duration(exchange.first_byte_ms)}`}</title>
          </line>
        )}
      </svg>
    </div>
  );
}
