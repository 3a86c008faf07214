import assert from "node:assert/strict";
import { test } from "node:test";
import { axisUsd, bytes, clock, count, duration, percent, signedUsd, usd } from "./format";
import { niceTicks } from "./ticks";

const THIN = "\u202f";

test("dollars keep two significant digits however small they are", () => {
  const cases: [number, string][] = [
    [0, "$0.00"], [1234.5, "$1,235"], [12.345, "$12.35"], [0.5, "$0.500"], [0.0123, "$0.0123"],
    [0.00012, "$0.00012"], [0.000000012, "$0.000000012"], [-2.5, "\u2212$2.50"], [-0.003, "\u2212$0.0030"],
  ];
  for (const [value, text] of cases) assert.equal(usd(value), text);
});

test("a gain carries a plus and a loss a minus, nothing carries neither", () => {
  assert.equal(signedUsd(2), "+$2.00");
  assert.equal(signedUsd(-2), "\u2212$2.00");
  assert.equal(signedUsd(0), "$0.00");
});

test("a share that is not known is a dash", () => {
  assert.equal(percent(null), "\u2013");
  assert.equal(percent(0.1234), `12.3${THIN}%`);
  assert.equal(percent(-0.5), `\u221250${THIN}%`);
  assert.equal(percent(0.25, true), `+25${THIN}%`);
});

test("durations choose their unit", () => {
  const cases: [number | null, string][] = [
    [null, "\u2013"], [12, `12${THIN}ms`], [1234, `1.23${THIN}s`], [12_340, `12.3${THIN}s`],
    [61_000, `1${THIN}m 1${THIN}s`], [3_720_000, `1${THIN}h 2${THIN}m`],
  ];
  for (const [value, text] of cases) assert.equal(duration(value), text);
});

test("an axis has the same decimals all along", () => {
  assert.deepEqual([0, 0.5, 1].map((value) => axisUsd(value, 0.5)), ["$0.00", "$0.50", "$1.00"]);
  assert.deepEqual([0, 0.0025].map((value) => axisUsd(value, 0.0025)), ["$0.0000", "$0.0025"]);
  assert.equal(axisUsd(2000, 500), "$2,000");
});

test("large counts are shortened", () => {
  assert.equal(count(9999), "9,999");
  assert.equal(count(12_345), `12.3${THIN}K`);
  assert.equal(count(1_234_567), `1.23${THIN}M`);
  assert.equal(bytes(2048), `2.0${THIN}KB`);
});

test("the day is told only when it is not today", () => {
  const noon = new Date(2026, 7, 22, 12, 0, 5).getTime();
  assert.equal(clock(noon, noon + 1000), "12:00:05");
  assert.equal(clock(noon, noon + 86_400_000), "2026-08-22 12:00:05");
});

test("axis steps are round and reach the maximum", () => {
  assert.deepEqual(niceTicks(10, 4), [0, 2.5, 5, 7.5, 10]);
  assert.deepEqual(niceTicks(0, 4), [0, 1]);
  for (const maximum of [0.00013, 0.7, 3, 17, 999, 123_456]) {
    const ticks = niceTicks(maximum, 4);
    assert.ok((ticks.at(-1) ?? 0) >= maximum, `${maximum}: ${ticks}`);
    assert.ok(ticks.length <= 7, `${maximum}: ${ticks}`);
  }
});
