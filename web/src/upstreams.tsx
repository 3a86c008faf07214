// The models behind the proxy: what each was asked, what it cost, how it fares.

import type { Model, Summary, Tokens } from "./api";
import { count, duration, percent, usd } from "./format";
import { ROLE_LABELS } from "./verdicts";

function Health({ model }: { model: Model | undefined }) {
  if (!model) return <i class="dot" aria-hidden="true" />;
  const text = model.healthy ? "healthy" : model.note || "not healthy";
  return (
    <>
      <i class={`dot ${model.healthy ? "ok" : "bad"}`} title={text} aria-hidden="true" />
      <span class="sr">{text}</span>
    </>
  );
}

const inputOf = ({ tokens }: { tokens: Tokens }) =>
  tokens.input + tokens.cache_write_5m + tokens.cache_write_1h + tokens.cache_read;

function Sum({ summary }: { summary: Summary }) {
  const { upstreams, tokens } = summary;
  const input = inputOf(summary);
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={2}>In all</th>
        <td class="num">{count(upstreams.reduce((sum, upstream) => sum + upstream.calls, 0))}</td>
        <td class="num">{count(upstreams.reduce((sum, upstream) => sum + upstream.failed, 0))}</td>
        <td class="num">{count(input)}</td>
        <td class="num">{percent(input > 0 ? tokens.cache_read / input : null)}</td>
        <td class="num">{count(tokens.output)}</td>
        <td />
        <td class="num"><b>{usd(summary.cost_usd)}</b></td>
      </tr>
    </tfoot>
  );
}

export function Upstreams({ summary, models }: { summary: Summary; models: Model[] }) {
  const used = new Set(summary.upstreams.map((upstream) => upstream.endpoint));
  const idle = models.filter((model) => !used.has(model.name));
  const find = (name: string) => models.find((model) => model.name === name);
  return (
    <section class="card at-upstreams" aria-labelledby="upstreams-title">
      <div class="card-head"><h2 id="upstreams-title">Upstreams</h2></div>
      <div class="scroll">
        <table class="upstreams">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Role</th>
              <th scope="col" class="num">Calls</th>
              <th scope="col" class="num">Failed</th>
              <th scope="col" class="num" title="All input tokens">Input</th>
              <th scope="col" class="num" title="Share of input tokens read from its prompt cache">Cached</th>
              <th scope="col" class="num" title="Output tokens">Output</th>
              <th scope="col" class="num">p50</th>
              <th scope="col" class="num">Cost</th>
            </tr>
          </thead>
          <tbody>
            {summary.upstreams.map((upstream) => {
              const model = find(upstream.endpoint);
              return (
                <tr key={`${upstream.endpoint} ${upstream.role}`}>
                  <th scope="row">
                    <Health model={model} />
                    <span class="name">{upstream.endpoint}<small>{upstream.model}</small></span>
                    {model && !model.healthy && <small class="loss note">{model.note}</small>}
                  </th>
                  <td>{ROLE_LABELS[upstream.role]}</td>
                  <td class="num">{count(upstream.calls)}</td>
                  <td class={`num ${upstream.failed > 0 ? "loss" : "faint"}`}>{count(upstream.failed)}</td>
                  <td class="num">{count(inputOf(upstream))}</td>
                  <td class="num">{percent(upstream.cache_read_share)}</td>
                  <td class="num">{count(upstream.tokens.output)}</td>
                  <td class="num">{duration(upstream.latency.p50_ms)}</td>
                  <td class="num"><b>{usd(upstream.cost_usd)}</b></td>
                </tr>
              );
            })}
            {idle.map((model) => (
              <tr key={model.name}>
                <th scope="row"><Health model={model} /><span class="name">{model.name}<small>{model.model}</small></span></th>
                <td>{model.roles.join(", ")}</td>
                <td class="faint" colSpan={7}>not called yet</td>
              </tr>
            ))}
          </tbody>
          <Sum summary={summary} />
        </table>
      </div>
    </section>
  );
}
