// The page's data: loaded once, then kept up to date by the event stream.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { getClasses, getExchanges, getModels, getSummary, type ClassReport, type Model, type Row, type Summary } from "./api";

const PAGE = 100;
const ROWS_MAX = 1000;
const SLOW_EVERY_MS = 15_000;

export type Connection = "connecting" | "live" | "lost";

export interface Data {
  summary: Summary | null;
  rows: Row[];
  models: Model[];
  classes: ClassReport[];
  connection: Connection;
  more: boolean;
  loadMore: () => Promise<void>;
}

/** New rows in front, none twice, the oldest cut off. */
export function merged(fresh: Row[], rows: Row[]): Row[] {
  const known = new Set(rows.map((row) => row.id));
  const added = fresh.filter((row) => !known.has(row.id));
  return added.length === 0 ? rows : [...added, ...rows].slice(0, ROWS_MAX);
}

/** Everything the page shows. A broken stream is taken up again, and what was missed is loaded. */
export function useData(): Data {
  const [summary, setSummary] = useState<Summary | null>(null);
  const [rows, setRows] = useState<Row[]>([]);
  const [models, setModels] = useState<Model[]>([]);
  const [classes, setClasses] = useState<ClassReport[]>([]);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [next, setNext] = useState<string | null>(null);
  const pending = useRef<Row[]>([]);

  useEffect(() => {
    const loadNewest = async () => {
      const page = await getExchanges(PAGE);
      setRows((old) => (old.length === 0 ? page.exchanges : merged(page.exchanges, old)));
      setNext((old) => old ?? page.next_before);
    };
    getSummary().then(setSummary).catch(() => setConnection("lost"));

    const events = new EventSource("/api/live");
    events.onopen = () => {
      setConnection("live");
      loadNewest().catch(() => setConnection("lost"));
    };
    events.onerror = () => setConnection("lost");
    // Rows of one update come before its summary; both are shown in one go.
    events.addEventListener("exchange", (event) => {
      pending.current.unshift(JSON.parse((event as MessageEvent<string>).data) as Row);
    });
    events.addEventListener("summary", (event) => {
      const fresh = pending.current;
      pending.current = [];
      if (fresh.length > 0) setRows((old) => merged(fresh, old));
      setSummary(JSON.parse((event as MessageEvent<string>).data) as Summary);
    });
    return () => events.close();
  }, []);

  useEffect(() => {
    const load = () => {
      getModels().then(setModels).catch(() => undefined);
      getClasses().then(setClasses).catch(() => undefined);
    };
    load();
    const timer = setInterval(load, SLOW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  const loadMore = useCallback(async () => {
    const last = next;
    if (last === null) return;
    const page = await getExchanges(PAGE, last);
    setRows((old) => {
      const known = new Set(old.map((row) => row.id));
      return [...old, ...page.exchanges.filter((row) => !known.has(row.id))].slice(0, ROWS_MAX);
    });
    setNext(page.next_before);
  }, [next]);

  return { summary, rows, models, classes, connection, more: next !== null, loadMore };
}
