// The page: numbers, charts, history, and one exchange in detail.

import { useCallback, useEffect, useState } from "preact/hooks";
import { CostChart } from "./cost_chart";
import { Detail } from "./detail";
import { Empty } from "./empty";
import { Header } from "./header";
import { History } from "./history";
import { KeyNumbers } from "./key_numbers";
import { LatencyPanel } from "./latency_panel";
import { useData } from "./live";
import { QualityPanel } from "./quality_panel";
import { Upstreams } from "./upstreams";
import { VerdictPanel } from "./verdict_panel";

const idInHash = () => decodeURIComponent(location.hash.slice(1)) || null;

/** The exchange that is open, kept in the address so that it can be linked to. */
function useOpenId(): [string | null, (id: string | null) => void] {
  const [id, setId] = useState(idInHash);
  useEffect(() => {
    const follow = () => setId(idInHash());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const open = useCallback((wanted: string | null) => {
    history.replaceState(null, "", wanted ? `#${encodeURIComponent(wanted)}` : location.pathname);
    setId(wanted);
  }, []);
  return [id, open];
}

export function App() {
  const data = useData();
  const [openId, open] = useOpenId();
  const { summary } = data;
  return (
    <>
      <a class="skip" href="#main">Skip to the numbers</a>
      <Header summary={summary} connection={data.connection} />
      <main id="main">
        {summary === null ? (
          <p class="loading">{data.connection === "lost" ? "The proxy does not answer. Trying again…" : "Loading…"}</p>
        ) : summary.requests === 0 ? (
          <Empty models={data.models} />
        ) : (
          <>
            <KeyNumbers summary={summary} />
            <div class="grid">
              <CostChart summary={summary} />
              <VerdictPanel summary={summary} />
              <LatencyPanel summary={summary} />
              <Upstreams summary={summary} models={data.models} />
              {data.classes.length > 0 && <QualityPanel classes={data.classes} />}
            </div>
            <History data={data} now={summary.now_ms} open={open} />
          </>
        )}
      </main>
      {openId && <Detail id={openId} close={() => open(null)} />}
    </>
  );
}
