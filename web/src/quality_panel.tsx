// How bad each class of drafts can be, and what it has earned by that.

import type { ClassReport, Trust } from "./api";
import { count, percent } from "./format";

const STATES: Record<Trust, { label: string; tone: string; meaning: string }> = {
  trusted: { label: "trusted", tone: "gain", meaning: "Drafts go out unseen; a share of them is judged afterwards." },
  probation: { label: "probation", tone: "quiet", meaning: "No draft goes out unseen until enough of them were judged good." },
  demoted: { label: "demoted", tone: "loss", meaning: "Its drafts became worse than allowed: trust has to be earned anew." },
};

/** "ask/simple/read/deepseek/coding": the parts, with what is no part of the name. */
function Name({ name }: { name: string }) {
  const [turn, complexity, risk, draft, cascade] = name.split("/").map((part) => part.replaceAll("%2F", "/"));
  const does = risk === "none" ? "answers" : `tool calls that ${risk === "execute" ? "run programs" : risk}`;
  return (
    <span class="name">
      {turn} · {complexity} · {does}
      <small>{draft}, {cascade}</small>
    </span>
  );
}

function Bound({ one }: { one: ClassReport }) {
  const share = Math.min(1, one.bad_rate_upper / (2 * one.bad_rate_max));
  const text = `at most ${percent(one.bad_rate_upper)} worse, allowed ${percent(one.bad_rate_max)}`;
  return (
    <span class="bound" title={text}>
      <span class="bound-bar" aria-hidden="true">
        <i class={one.bad_rate_upper <= one.bad_rate_max ? "gain" : "quiet"} style={`width:${(share * 100).toFixed(1)}%`} />
      </span>
      ≤ {percent(one.bad_rate_upper)}
    </span>
  );
}

function ClassRow({ one }: { one: ClassReport }) {
  const state = STATES[one.state];
  return (
    <tr>
      <th scope="row"><Name name={one.class} /></th>
      <td>
        <span class={`chip ${state.tone}`} title={state.meaning}>{state.label}</span>
        {one.presumed && <small>presumed</small>}
      </td>
      <td><Bound one={one} /></td>
      <td class="num">{percent(one.bad_rate_max)}</td>
      <td class="num">{percent(one.confidence)}</td>
      <td class="num">{count(one.labels)}</td>
      <td class={`num ${one.bad > 0 ? "" : "faint"}`}>{count(one.bad)}</td>
      <td class="num">{one.state === "trusted" ? percent(one.audit_share) : "–"}</td>
      <td class={`num ${one.demotions > 0 ? "loss" : "faint"}`}>{count(one.demotions)}</td>
    </tr>
  );
}

export function QualityPanel({ classes }: { classes: ClassReport[] }) {
  return (
    <section class="card at-quality" aria-labelledby="quality-title">
      <div class="card-head">
        <h2 id="quality-title">Quality</h2>
        <small>Share of drafts that the verify model deems worse than its own answers</small>
      </div>
      <div class="scroll">
        <table class="quality">
          <thead>
            <tr>
              <th scope="col">Class of drafts</th>
              <th scope="col">State</th>
              <th scope="col" title="The bad rate is not above it, whenever one looks">Bound</th>
              <th scope="col" class="num">Allowed</th>
              <th scope="col" class="num">Confidence</th>
              <th scope="col" class="num" title="Drafts that were judged">Labels</th>
              <th scope="col" class="num">Bad</th>
              <th scope="col" class="num" title="Share of delivered drafts that is judged afterwards">Audited</th>
              <th scope="col" class="num">Demotions</th>
            </tr>
          </thead>
          <tbody>{classes.map((one) => <ClassRow key={one.class} one={one} />)}</tbody>
        </table>
      </div>
    </section>
  );
}
