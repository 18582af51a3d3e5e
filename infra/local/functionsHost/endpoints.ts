import type { Request, Response } from 'express';

/** An exported Cloud Function: a request handler (or, for events, a function) with its deployment manifest. */
export type DeployedFunction = {
  (request: Request, response: Response): unknown;
  readonly __endpoint: Endpoint;
};

/** The parts of a firebase-functions manifest that decide how a function is reached. */
export type Endpoint = {
  readonly region?: readonly string[];
  readonly callableTrigger?: unknown;
  readonly httpsTrigger?: unknown;
  readonly taskQueueTrigger?: { readonly retryConfig?: Readonly<Record<string, number | null>> };
  readonly eventTrigger?: {
    readonly eventType: string;
    readonly eventFilters?: Readonly<Record<string, string>>;
    readonly eventFilterPathPatterns?: Readonly<Record<string, string>>;
  };
};

/**
 * The exported functions of a module by deployed name; groups join with a hyphen, as firebase-tools names them.
 * Of a CommonJS module, as deployed, Node gives what it exports as `default`.
 */
export function functionsOf(module: object): Map<string, DeployedFunction> {
  const whole: unknown = 'default' in module ? module.default : undefined;
  return collect(typeof whole === 'object' && whole !== null ? whole : module, '');
}

function collect(module: object, prefix: string): Map<string, DeployedFunction> {
  const found = new Map<string, DeployedFunction>();
  for (const [name, value] of Object.entries(module)) {
    if (isDeployed(value)) found.set(prefix + name, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [inner, fn] of collect(value, `${prefix}${name}-`)) found.set(inner, fn);
    }
  }
  return found;
}

const isDeployed = (value: unknown): value is DeployedFunction =>
  typeof value === 'function' && '__endpoint' in value && typeof value.__endpoint === 'object';
