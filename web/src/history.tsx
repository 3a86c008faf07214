// The newest exchanges, live.

import { useState } from "preact/hooks";
import type { Row, Verdict } from "./api";
import { clock, count, duration, fullTime, signedUsd, usd } from "./format";
import type { Data } from "./live";
import { labelOf, meaningOf, OCCASIONS, toneOf, VERDICTS } from "./verdicts";

export function Chip({ row }: { row: Row }) {
  const { verdict, occasion } = row;
  if (occasion !== "client")
    return <span class="chip v-aside" title={OCCASIONS[occasion].meaning}>{OCCASIONS[occasion].label}</span>;
  return <span class={`chip ${toneOf(verdict)}`} title={meaningOf(verdict)}>{labelOf(verdict)}</span>;
}

const tokensIn = (row: Row) =>
  row.tokens.input + row.tokens.cache_read + row.tokens.cache_write_5m + row.tokens.cache_write_1h;

function Line({ row, now, open }: { row: Row; now: number; open: (id: string) => void }) {
  const saved = row.saved_usd;
  return (
    <tr onClick={() => open(row.id)}>
      <td class="when">
        <button
          type="button"
          class="link"
          title={fullTime(row.started_ms)}
          aria-label={`Exchange at ${clock(row.started_ms, now)}, ${labelOf(row.verdict)}: show details`}
        >
          {clock(row.started_ms, now)}
        </button>
      </td>
      <td class="what"><Chip row={row} /></td>
      <td class="models">
        <span>{row.asked_model || "?"}</span>
        {row.answered_model && <><i aria-hidden="true"> → </i><span class="sr">answered by</span><b>{row.answered_model}</b></>}
      </td>
      <td class="reason" title={row.reason}>
        {row.reason}
        {row.error_type && <span class="loss"> {row.error_type}</span>}
        {row.client_left && <span class="faint"> (left)</span>}
      </td>
      <td class="num tokens" title="Tokens in and out, as told to the client">{count(tokensIn(row))} / {count(row.tokens.output)}</td>
      <td class="num first" title="First byte">{duration(row.first_byte_ms)}</td>
      <td class="num took" title="Duration">{duration(row.duration_ms)}</td>
      <td class="num cost" title={`${row.cost_usd} USD`}>{usd(row.cost_usd)}</td>
      <td class={`num saved ${saved > 0 ? "gain" : saved < 0 ? "loss" : "faint"}`} title={`${saved} USD`}>{signedUsd(saved)}</td>
    </tr>
  );
}

export function History({ data, now, open }: { data: Data; now: number; open: (id: string) => void }) {
  const [only, setOnly] = useState<Verdict | null>(null);
  const [frozen, setFrozen] = useState<Row[] | null>(null);
  const rows = (frozen ?? data.rows).filter((row) => only === null || (row.occasion === "client" && row.verdict === only));
  const waiting = frozen ? data.rows.findIndex((row) => row.id === frozen[0]?.id) : 0;
  return (
    <section class="card history" aria-labelledby="history-title">
      <div class="card-head">
        <h2 id="history-title">Requests</h2>
        <div class="filters" role="group" aria-label="Show only one verdict">
          <button type="button" class="filter" aria-pressed={only === null} onClick={() => setOnly(null)}>All</button>
          {VERDICTS.map(({ name, label }) => (
            <button
              key={name}
              type="button"
              class="filter"
              aria-pressed={only === name}
              onClick={() => setOnly(only === name ? null : name)}
            >
              <i class={`swatch ${toneOf(name)}`} aria-hidden="true" />{label}
            </button>
          ))}
          <button type="button" class="quiet" aria-pressed={frozen !== null} onClick={() => setFrozen(frozen ? null : data.rows)}>
            {frozen ? `Resume${waiting > 0 ? ` (${waiting} new)` : ""}` : "Pause"}
          </button>
        </div>
      </div>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Verdict</th>
            <th scope="col">Asked → answered</th>
            <th scope="col">Reason</th>
            <th scope="col" class="num">Tokens in / out</th>
            <th scope="col" class="num">First byte</th>
            <th scope="col" class="num">Duration</th>
            <th scope="col" class="num">Cost</th>
            <th scope="col" class="num">Saved</th>
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Line key={row.id} row={row} now={now} open={open} />)}</tbody>
      </table>
      {rows.length === 0 && <p class="faint foot">None of the exchanges shown ended so.</p>}
      {data.more && !frozen && (
        <p class="foot"><button type="button" class="quiet" onClick={() => void data.loadMore()}>Load older ones</button></p>
      )}
    </section>
  );
}
