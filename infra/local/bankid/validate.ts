// What BankID's API refuses as `invalidParameters`: unknown fields, missing or ill-formed ones.
import { isIP } from 'node:net';
import { invalidParameters } from './rpError.ts';

/** A valid auth or sign request. */
export type OrderRequest = {
  readonly endUserIp: string;
  readonly personalNumber: string | null;
  readonly userVisibleData: string | null;
  readonly userNonVisibleData: string | null;
  readonly returnRisk: boolean;
  readonly riskLimit: 'LOW' | 'MODERATE' | null;
  readonly returnUrl: string | null;
  readonly referringDomain: string | null;
  /** Who called, for an order by telephone; null for one on the web. */
  readonly callInitiator: 'user' | 'RP' | null;
};

type Json = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isText =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= most;
const isBase64 =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= most && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value);
const isAddress: Check = (value) => typeof value === 'string' && isIP(value) !== 0;
const isNumber: Check = (value) => typeof value === 'string' && /^(?:19|20|18)\d{10}$/.test(value);
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const isUrl: Check = (value) => typeof value === 'string' && value.length <= 512 && URL.canParse(value);
const isPolicies: Check = (value) =>
  Array.isArray(value) && value.every((policy) => typeof policy === 'string' && /^[0-9]+(?:\.(?:[0-9]+|\*))+$/.test(policy));

const requirementFields: Readonly<Record<string, Check>> = {
  pinCode: isBoolean,
  mrtd: isBoolean,
  cardReader: isOneOf('class1', 'class2'),
  certificatePolicies: isPolicies,
  personalNumber: isNumber,
  risk: isOneOf('LOW', 'MODERATE'),
};
const webFields: Readonly<Record<string, Check>> = { referringDomain: isText(253), userAgent: isText(1024), deviceIdentifier: isText(256) };
const appFields: Readonly<Record<string, Check>> = {
  appIdentifier: isText(256),
  deviceOS: isText(256),
  deviceModelName: isText(256),
  deviceIdentifier: isText(256),
};
const common: Readonly<Record<string, Check>> = {
  requirement: isObject,
  userVisibleData: isBase64(40_000),
  userNonVisibleData: isBase64(200_000),
  userVisibleDataFormat: isOneOf('plaintext', 'simpleMarkdownV1'),
};
const online: Readonly<Record<string, Check>> = {
  endUserIp: isAddress,
  returnRisk: isBoolean,
  returnUrl: isUrl,
  web: isObject,
  app: isObject,
};
const byPhone: Readonly<Record<string, Check>> = { personalNumber: isNumber, callInitiator: isOneOf('user', 'RP') };

/** Checks the body of `auth` and `sign`. Throws `invalidParameters` naming the field. */
export function orderRequest(kind: 'auth' | 'sign', body: Json): OrderRequest {
  needs(body, { ...common, ...online }, ['endUserIp', ...(kind === 'sign' ? ['userVisibleData'] : [])]);
  const requirement = inner(body, 'requirement', requirementFields, []);
  const web = inner(body, 'web', webFields, Object.keys(webFields));
  inner(body, 'app', appFields, ['appIdentifier', 'deviceOS', 'deviceModelName']);
  if (body['web'] !== undefined && body['app'] !== undefined) throw invalidParameters('Invalid parameter: both web and app');
  return read(body, requirement, web, String(body['endUserIp']), null);
}

/** Checks the body of `phone/auth` and `phone/sign`, for a person who is on the telephone. Throws `invalidParameters`. */
export function phoneOrderRequest(kind: 'auth' | 'sign', body: Json): OrderRequest {
  const wanted = ['personalNumber', 'callInitiator', ...(kind === 'sign' ? ['userVisibleData'] : [])];
  needs(body, { ...common, ...byPhone }, wanted);
  const requirement = inner(body, 'requirement', requirementFields, []);
  const callInitiator = body['callInitiator'] === 'RP' ? 'RP' : 'user';
  return { ...read(body, requirement, {}, '127.0.0.1', callInitiator), personalNumber: String(body['personalNumber']) };
}

/** Checks the body of `collect` and `cancel`. Throws `invalidParameters`. */
export function orderRefOf(body: Json): string {
  needs(body, { orderRef: isText(64) }, ['orderRef']);
  return String(body['orderRef']);
}

function read(body: Json, requirement: Json, web: Json, endUserIp: string, callInitiator: OrderRequest['callInitiator']): OrderRequest {
  const { risk } = requirement as { risk?: 'LOW' | 'MODERATE' }; // checked by requirementFields
  return {
    endUserIp,
    callInitiator,
    personalNumber: optional(requirement['personalNumber']),
    userVisibleData: optional(body['userVisibleData']),
    userNonVisibleData: optional(body['userNonVisibleData']),
    returnRisk: body['returnRisk'] === true,
    riskLimit: risk ?? null,
    returnUrl: optional(body['returnUrl']),
    referringDomain: optional(web['referringDomain']),
  };
}

const optional = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inner(body: Json, field: string, fields: Readonly<Record<string, Check>>, required: readonly string[]): Json {
  const value = body[field];
  if (!isObject(value)) return {};
  needs(value, fields, required);
  return value;
}

function needs(body: Json, fields: Readonly<Record<string, Check>>, required: readonly string[]): void {
  for (const name of required) if (body[name] === undefined) throw invalidParameters(`Missing parameter: ${name}`);
  for (const [name, value] of Object.entries(body)) {
    const check = fields[name];
    if (check === undefined) throw invalidParameters(`Unknown parameter: ${name.slice(0, 40)}`);
    if (!check(value)) throw invalidParameters(`Invalid parameter: ${name}`);
  }
}
