// The eight ways an exchange can end, in the words of the page.

import type { Judgement, Occasion, Role, Verdict } from "./api";

export const VERDICTS: readonly { name: Verdict; label: string; meaning: string }[] = [
  { name: "SKIPPED", label: "Skipped", meaning: "The draft was delivered without a verdict call." },
  { name: "VALIDATED", label: "Validated", meaning: "The draft's tool calls were proven by code and delivered." },
  { name: "ACCEPTED", label: "Accepted", meaning: "The verify model approved the draft." },
  { name: "REPAIRED", label: "Repaired", meaning: "The verify model's edits were applied to the draft." },
  { name: "ENHANCED", label: "Enhanced", meaning: "The verify model rewrote the answer." },
  { name: "DIRECT", label: "Direct", meaning: "The verify model answered; no draft was tried." },
  { name: "FALLBACK", label: "Fallback", meaning: "The draft failed or was refused; the verify model answered." },
  { name: "FAILED", label: "Failed", meaning: "The client got an error, or left before an answer." },
];

export const labelOf = (verdict: Verdict) => VERDICTS.find((one) => one.name === verdict)?.label ?? verdict;
export const meaningOf = (verdict: Verdict) => VERDICTS.find((one) => one.name === verdict)?.meaning ?? "";
/** The class that carries the verdict's colour. */
export const toneOf = (verdict: Verdict) => `v-${verdict.toLowerCase()}`;

/** Work that no client waits for; it is in no verdict. */
export const OCCASIONS: Record<Occasion, { label: string; meaning: string }> = {
  client: { label: "Client", meaning: "A client asked." },
  shadow: { label: "Shadow", meaning: "Drafted and judged in the background; the client had the verify model's answer." },
  audit: { label: "Audit", meaning: "What was delivered unseen, judged afterwards." },
  keep_alive: { label: "Keep-alive", meaning: "A read that keeps a session's prompt cache alive." },
};

export const JUDGEMENTS: Record<Judgement, string> = {
  none: "–",
  same: "the same tool calls",
  different: "other tool calls",
  equal: "other tool calls, deemed as good",
  accepted: "taken as it is",
  repaired: "taken with edits",
  rewritten: "rewritten",
};

export const ROLE_LABELS: Record<Role, string> = {
  direct: "Direct",
  draft: "Draft",
  verify: "Verify",
  digest: "Digest verdict",
  shadow: "Shadow",
  audit: "Audit",
  keep_alive: "Keep-alive",
  count: "Count tokens",
};
