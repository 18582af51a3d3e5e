/** One measured figure of tests/bench. */
export type Figure = {
  /** What was measured, as a sentence fragment; unique among all figures. */
  readonly name: string;
  readonly value: number;
  /** What the value counts: `x` for a ratio, otherwise a unit or noun. */
  readonly unit: string;
  readonly limit: number;
  readonly comparison: '<=' | '>=';
  readonly ok: boolean;
};

/** A figure that knows whether it keeps its limit. A value that is not a number never does. */
export function figure(name: string, value: number, unit: string, comparison: '<=' | '>=', limit: number): Figure {
  return { name, value, unit, limit, comparison, ok: comparison === '<=' ? value <= limit : value >= limit };
}
