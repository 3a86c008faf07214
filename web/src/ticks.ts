// Round steps for an axis.

/** From 0 to the first round value not below `maximum`, in about `wanted` steps. */
export function niceTicks(maximum: number, wanted: number): number[] {
  if (!(maximum > 0)) return [0, 1];
  const rough = maximum / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  const step = factor * power;
  const steps = Math.ceil((maximum / step) * 0.999999);
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
