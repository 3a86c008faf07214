// A fetch for the SDK that keeps the bytes of each call as they passed.

/** `fetch` for a client's options; `calls` has {url, method, body, status, headers, text()} of each call. */
export function tape() {
  const calls = [];
  const taped = async (url, init) => {
    const response = await fetch(url, init);
    const [shown, kept] = response.body ? response.body.tee() : [null, null];
    const text = kept ? new Response(kept).text() : Promise.resolve('');
    text.catch(() => {});  // a broken stream is the SDK's to report
    calls.push({
      url: String(url), method: init.method, body: init.body, status: response.status, headers: response.headers,
      text: () => text,
    });
    return new Response(shown, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
  return { fetch: taped, calls };
}
