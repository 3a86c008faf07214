// A node:test reporter that writes one JSON line for each test, for run.mjs to count.
export default async function* reporter(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (!data.name.includes(': ')) continue;  // the file around the tests
    const cause = data.details?.error?.cause ?? data.details?.error;
    const test = {
      name: data.name,
      outcome: type === 'test:fail' ? 'failed' : data.skip !== undefined ? 'skipped' : 'passed',
      ms: data.details?.duration_ms ?? 0,
      reason: typeof data.skip === 'string' ? data.skip : undefined,
      error: type === 'test:fail' ? String(cause?.stack ?? cause) : undefined,
    };
    yield `${JSON.stringify({ test })}\n`;
  }
}
