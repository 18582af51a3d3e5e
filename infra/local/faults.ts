/** Services of the local cloud in which faults can be injected. */
export const FAULTY_SERVICES = [
  'auth',
  'kms',
  'storage',
  'firestoreAdmin',
  'tasks',
  'mail',
  'functions',
  'hosting',
  'bankid',
  'scheduler',
] as const;
/** A service of the local cloud in which faults can be injected. */
export type FaultyService = (typeof FAULTY_SERVICES)[number];

/**
 * What goes wrong:
 * `timeout` no answer, ever, nothing done; `500` `503` `429` refused, nothing done, and clients try again; `403` refused as
 * without a right, which clients do not try again;
 * `late-success` done, but the caller is told that the deadline passed;
 * `duplicate` done twice, as after a retried delivery; `garbage` done, but the answer is damaged;
 * `reset` the connection is cut, nothing done; `lost-answer` done, and no answer, ever.
 */
export const FAULT_KINDS = ['timeout', '403', '500', '503', '429', 'late-success', 'duplicate', 'garbage', 'reset', 'lost-answer'] as const;
/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A planned fault; `match` is looked for in "OPERATION METHOD PATH", and without it every request matches. */
export type Fault = {
  readonly service: FaultyService;
  readonly match?: string;
  readonly kind: FaultKind;
  /** How many matching requests fail. */
  readonly times: number;
};

/** The one fault switchboard of a local cloud. */
export type Faults = {
  /** Plans a fault and returns the function that withdraws what is left of it. */
  inject(fault: Fault): () => void;
  /** Withdraws everything planned. */
  clear(): void;
  /** Faults planned and not yet used up. */
  planned(): readonly Fault[];
  /** Used by services: the fault for this request, if any; uses up one of its times. */
  take(service: FaultyService, what: string): FaultKind | undefined;
};

/** Makes an empty switchboard. */
export function createFaults(): Faults {
  let plans: { fault: Fault; left: number }[] = [];
  return {
    inject(fault) {
      const plan = { fault, left: fault.times };
      plans.push(plan);
      return () => {
        plans = plans.filter((other) => other !== plan);
      };
    },
    clear() {
      plans = [];
    },
    planned: () => plans.map(({ fault, left }) => ({ ...fault, times: left })),
    take(service, what) {
      const plan = plans.find(({ fault }) => fault.service === service && what.includes(fault.match ?? ''));
      if (plan === undefined) return undefined;
      plan.left -= 1;
      if (plan.left <= 0) plans = plans.filter((other) => other !== plan);
      return plan.fault.kind;
    },
  };
}
