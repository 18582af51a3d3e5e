/** The record of a demo run: one line a step on the terminal, one object a step in a file. */

/** What a step proved. */
export type StepResult = {
  readonly step: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly evidence: Readonly<Record<string, unknown>>;
};

/** What a step says: facts that anybody can check, with the words for the terminal. */
export type Proof = { readonly says: string; readonly evidence: Readonly<Record<string, unknown>> };

/** Runs steps and keeps what they proved. A step that throws is recorded as failed and stops the run. */
export type Transcript = {
  readonly steps: readonly StepResult[];
  readonly step: (name: string, run: () => Promise<Proof>) => Promise<void>;
};

/** A transcript that prints through `print`. */
export function transcript(print: (line: string) => void): Transcript {
  const steps: StepResult[] = [];
  const step: Transcript['step'] = async (name, run) => {
    const start = performance.now();
    try {
      const { says, evidence } = await run();
      const ms = Math.round(performance.now() - start);
      steps.push({ step: name, ok: true, ms, evidence });
      print(`  ok  ${name.padEnd(24)} ${String(ms).padStart(6)} ms  ${says}`);
    } catch (thrown) {
      const ms = Math.round(performance.now() - start);
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      steps.push({ step: name, ok: false, ms, evidence: { reason } });
      print(`FAIL  ${name.padEnd(24)} ${String(ms).padStart(6)} ms  ${reason}`);
      throw new Error(`the step "${name}" failed`, { cause: thrown });
    }
  };
  return { steps, step };
}

/** Throws with what was expected unless it is so. */
export function prove(isTrue: boolean, claim: string): asserts isTrue {
  if (!isTrue) throw new Error(`not so: ${claim}`);
}
