// Numbers as people read them. Minus signs are U+2212, so that columns line up.

const MINUS = "\u2212";
export const NONE = "\u2013";

/** Dollars with as many decimals as their size needs, at least two significant digits. */
export function usd(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (size === 0) return "$0.00";
  if (size >= 1000) return `${sign}$${Math.round(size).toLocaleString("en-US")}`;
  if (size >= 1) return `${sign}$${size.toFixed(2)}`;
  if (size >= 0.1) return `${sign}$${size.toFixed(3)}`;
  const decimals = Math.min(9, Math.max(4, 1 - Math.floor(Math.log10(size))));
  return `${sign}$${size.toFixed(decimals)}`;
}

/** The same with a plus sign in front of what was gained. */
export function signedUsd(value: number): string {
  return value > 0 ? `+${usd(value)}` : usd(value);
}

/** 0.1234 as "12.3 %"; null as a dash. */
export function percent(ratio: number | null, signed = false): string {
  if (ratio === null || !Number.isFinite(ratio)) return NONE;
  const value = ratio * 100;
  const size = Math.abs(value);
  const text = size >= 100 || Number.isInteger(value) ? size.toFixed(0) : size.toFixed(1);
  const sign = value < 0 ? MINUS : signed && value > 0 ? "+" : "";
  return `${sign}${text}\u202f%`;
}

export function duration(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 1000) return `${Math.round(ms)}\u202fms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)}\u202fs`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}\u202fs`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u202fm ${seconds % 60}\u202fs`;
  return `${Math.floor(seconds / 3600)}\u202fh ${Math.floor((seconds % 3600) / 60)}\u202fm`;
}

/** Dollars on an axis of this step: all with the same decimals, at least cents. */
export function axisUsd(value: number, step: number): string {
  const decimals = Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(step))));
  return value >= 1000 ? usd(value) : `$${value.toFixed(decimals)}`;
}

/** A round time on an axis. */
export function axisTime(ms: number): string {
  return ms < 1000 ? `${ms}\u202fms` : `${Number((ms / 1000).toFixed(2))}\u202fs`;
}

/** 12,345 below ten thousand is written out; beyond, 12.3 K, 4.56 M. */
export function count(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return value.toLocaleString("en-US");
  for (const [unit, name] of [[1e9, "B"], [1e6, "M"], [1e3, "K"]] as const) {
    if (size < unit) continue;
    const scaled = value / unit;
    return `${scaled.toFixed(Math.abs(scaled) < 10 ? 2 : 1)}\u202f${name}`;
  }
  return String(value);
}

export function bytes(value: number): string {
  if (value < 1024) return `${value}\u202fB`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)}\u202fKB`;
  return `${(value / 1024 / 1024).toFixed(1)}\u202fMB`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Local time; with the day when it is not today. */
export function clock(unixMs: number, nowMs: number): string {
  const when = new Date(unixMs);
  const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  if (when.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`;
}

export function fullTime(unixMs: number): string {
  return new Date(unixMs).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
