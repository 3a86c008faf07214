// What to do when nothing has come through yet.

import { useState } from "preact/hooks";
import type { Model } from "./api";

function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div class="command">
      <code>{text}</code>
      {navigator.clipboard && (
        <button type="button" class="quiet" onClick={copy}>{copied ? "Copied" : "Copy"}</button>
      )}
    </div>
  );
}

export function Empty({ models }: { models: Model[] }) {
  const drafts = models.filter((model) => model.roles.includes("draft"));
  const verifies = models.filter((model) => model.roles.includes("verify"));
  return (
    <section class="empty card">
      <h2>Waiting for the first request</h2>
      <p>Point a coding agent at this proxy; the page fills by itself.</p>
      <Command text={`ANTHROPIC_BASE_URL=${location.origin} claude`} />
      <p class="faint">Or send one by hand:</p>
      <Command
        text={
          `curl ${location.origin}/v1/messages -H 'content-type: application/json' -H "x-api-key: $ANTHROPIC_API_KEY" ` +
          `-d '{"model":"claude-opus-4-8","max_tokens":200,"messages":[{"role":"user","content":"Hello"}]}'`
        }
      />
      {drafts.length > 0 && verifies.length > 0 && (
        <p class="faint">
          {drafts.map((model) => model.model).join(", ")} drafts, {verifies.map((model) => model.model).join(", ")} verifies.
        </p>
      )}
    </section>
  );
}
