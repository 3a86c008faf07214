import type { Summary } from "./api";
import { fullTime } from "./format";
import type { Connection } from "./live";

const CONNECTION_LABELS: Record<Connection, string> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Reconnecting",
};

export function Header({ summary, connection }: { summary: Summary | null; connection: Connection }) {
  return (
    <header class="top">
      <div class="brand">
        <img src="/dashboard/icon.svg" alt="" width="26" height="26" />
        <h1>rlm-cascade</h1>
        {summary?.version && <span class="faint version">{summary.version}</span>}
      </div>
      <div class="status">
        {summary !== null && summary.since_ms > 0 && (
          <span class="faint since">since {fullTime(summary.since_ms)}</span>
        )}
        {summary !== null && (
          <span class="pill" title="Exchanges under way">
            <b>{summary.inflight}</b> in flight
          </span>
        )}
        <span class={`pill live-${connection}`} role="status">
          <i class="dot" aria-hidden="true" />
          {CONNECTION_LABELS[connection]}
        </span>
      </div>
    </header>
  );
}
