// The results table of docs/conformance.md.

const AREAS = [
  ['streaming', 'SDK', 'Streaming answers: DIRECT, SKIPPED, ACCEPTED, ENHANCED, FALLBACK; event grammar, usage, pings, byte-exact relay'],
  ['not streamed', 'SDK', 'Whole answers of the same verdicts; byte-exact relay'],
  ['tool use', 'SDK', 'Tool calls and results, parallel calls, the SDK\'s tool runner, drafts that may not call'],
  ['thinking', 'SDK', 'Thinking with signatures untouched, tool loops with thinking, no draft\'s thinking delivered'],
  ['images', 'SDK', 'Pictures and PDFs, by data and URL, in tool results'],
  ['structured output', 'SDK', 'Answers by JSON schema'],
  ['count_tokens', 'SDK', 'Token counts equal the provider\'s'],
  ['models', 'SDK', 'Model list, one model, unknown model'],
  ['errors', 'SDK', '400, 401, 403, 404, 413, 429, 500, 502, 529, error events, broken streams; the SDK\'s classes and retries'],
  ['abort', 'SDK', 'Leaving mid-stream, during draft, verdict and rewrite: upstream closed, ledger told'],
  ['transport', 'SDK', 'Credentials, paths with and without /v1, headers, byte-exact bodies, 1 MB prompts, parallel streams'],
  ['claude code', 'Claude Code', 'Headless sessions that read, edit and run; resumed sessions; subagents; tool-free runs; retries; byte-exact requests'],
];

export function conformance(results, versions) {
  const sdk = `@anthropic-ai/sdk ${versions['@anthropic-ai/sdk']}`;
  const agent = `@anthropic-ai/claude-code ${versions['@anthropic-ai/claude-code']}`;
  const rows = AREAS.map(([area, who, what]) => {
    const tests = results.filter(({ name }) => name.startsWith(`${area}: `));
    const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
    return `| ${who === 'SDK' ? sdk : agent} | ${area} | ${what} | ${passed} of ${tests.length} |`;
  });
  return `# Conformance: real clients through the proxy

Written by \`tests/clients/run.sh BINARY --write\`: unmodified clients from npm talk to the proxy, behind which simulated models stand
that check requests as the provider does. \`tests/clients/README.md\` tells how to run the same tests against any gateway.

| Client | Area | What is checked | Passed |
|---|---|---|---|
${rows.join('\n')}
`;
}
