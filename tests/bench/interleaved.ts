/** Measures two ways of doing the same as a ratio, in one run, so that a slow machine slows both alike. */

/** How often and how long. Each round runs `calls` of both, in alternating order. */
export type Rounds = { readonly rounds: number; readonly calls: number };

/** Median over the rounds of time(ours) / time(theirs), and the median nanoseconds of one call of each. */
export type Comparison = { readonly ratio: number; readonly oursNs: number; readonly theirsNs: number };

/** Compares two functions; what they return is awaited if it is a promise. The first tenth of the rounds warms up and does not count. */
export async function compareInterleaved(ours: () => unknown, theirs: () => unknown, { rounds, calls }: Rounds): Promise<Comparison> {
  const samples: { ours: number; theirs: number }[] = [];
  const warmUps = Math.ceil(rounds / 10);
  for (let round = -warmUps; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    const first = await nanosecondsPerCall(isOursFirst ? ours : theirs, calls);
    const second = await nanosecondsPerCall(isOursFirst ? theirs : ours, calls);
    if (round >= 0) samples.push(isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first });
  }
  return {
    ratio: median(samples.map((sample) => sample.ours / sample.theirs)),
    oursNs: median(samples.map((sample) => sample.ours)),
    theirsNs: median(samples.map((sample) => sample.theirs)),
  };
}

async function nanosecondsPerCall(call: () => unknown, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) {
    const result = call();
    if (result instanceof Promise) await result;
  }
  return Number(process.hrtime.bigint() - start) / calls;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no rounds were measured');
  return middle;
}
