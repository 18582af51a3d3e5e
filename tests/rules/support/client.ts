/**
 * Firestore over REST as one caller: the same requests that `firebase/firestore/lite` sends, without an app for each token.
 *
 * Guarantees: what the emulator refuses is `permission-denied`, everything else that fails keeps its own code. Does not
 * prove anything about tokens: the emulator believes them unsigned (tests/integration/identity/tokens proves that).
 */
import { Agent, request } from 'node:http';
import { encodeValue, encodeWrite, type Write } from './wire.ts';

/** Where requests go and whom they are from. */
export type Client = { readonly host: string; readonly port: number; readonly projectId: string; readonly authorization: string | null };

/** A database of a project in the emulator. */
export type Place = Pick<Client, 'host' | 'port' | 'projectId'>;

/** A filter of a query, as in the web SDK. */
export type Where = readonly [field: string, op: keyof typeof operators, value: unknown];
/** A query of one collection (or, with `allDescendants`, of all of that name). */
export type Query = {
  readonly from: string;
  readonly where?: readonly Where[];
  /** One of these filters is enough, besides all of `where`. */
  readonly either?: readonly Where[];
  readonly orderBy?: readonly (readonly [field: string, direction: 'ASCENDING' | 'DESCENDING'])[];
  readonly limit?: number;
  readonly allDescendants?: boolean;
};

const operators = {
  '==': 'EQUAL',
  '!=': 'NOT_EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  in: 'IN',
  'array-contains': 'ARRAY_CONTAINS',
  'array-contains-any': 'ARRAY_CONTAINS_ANY',
} as const;

/** What the emulator answered instead of doing it. `code` is as in the web SDK. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

// More connections than this only make the emulator's two cores wait for each other.
const agent = new Agent({ keepAlive: true, maxSockets: 24 });

/** A client that the emulator takes for this account; `sessionId` null is a token without one. */
export function clientOf(place: Place, accountId: string, sessionId: string | null): Client {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iss = `https://securetoken.google.com/${place.projectId}`;
  const claims = { sub: accountId, user_id: accountId, aud: place.projectId, iss, iat: 1, exp: 9_999_999_999 };
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...claims, ...(sessionId === null ? {} : { sid: sessionId }) })}.`;
  return { ...place, authorization: `Bearer ${token}` };
}

/** A client of somebody who is not signed in. */
export const strangerOf = (place: Place): Client => ({ ...place, authorization: null });

/** The emulator's own administrator, whom no rule holds back. */
export const operatorOf = (place: Place): Client => ({ ...place, authorization: 'Bearer owner' });

/** Commits all writes at once, or none. Throws {@link Refused}. */
export async function commit(client: Client, writes: readonly Write[]): Promise<void> {
  await post(client, ':commit', { writes: writes.map((write) => encodeWrite(databaseOf(client), write)) });
}

/** Reads a document; answers its fields as the wire has them, or null when there is none. Throws {@link Refused}. */
export async function getDoc(client: Client, path: string): Promise<Readonly<Record<string, unknown>> | null> {
  const documents = [`${databaseOf(client)}/documents/${path}`];
  // The emulator's own format.
  const [answer] = (await post(client, ':batchGet', { documents })) as { found?: { fields?: Record<string, unknown> } }[];
  return answer?.found === undefined ? null : (answer.found.fields ?? {});
}

/** Runs a query; answers the paths of what it found. Throws {@link Refused}. */
export async function getDocs(client: Client, query: Query): Promise<readonly string[]> {
  const { parent, structuredQuery } = encodeQuery(query);
  // The emulator's own format.
  const answers = (await post(client, `${parent}:runQuery`, { structuredQuery })) as { document?: { name: string } }[];
  return answers.flatMap(({ document }) => (document === undefined ? [] : [document.name.split('/documents/')[1] ?? '']));
}

/** Counts what a query finds. Throws {@link Refused}. */
export async function getCount(client: Client, query: Query): Promise<number> {
  const { parent, structuredQuery } = encodeQuery(query);
  const structuredAggregationQuery = { structuredQuery, aggregations: [{ alias: 'all', count: {} }] };
  // The emulator's own format.
  const [answer] = (await post(client, `${parent}:runAggregationQuery`, { structuredAggregationQuery })) as {
    result: { aggregateFields: { all: { integerValue: string } } };
  }[];
  return Number(answer?.result.aggregateFields.all.integerValue);
}

const databaseOf = ({ projectId }: Place): string => `projects/${projectId}/databases/(default)`;

function encodeQuery({ from, where = [], either = [], orderBy = [], limit, allDescendants = false }: Query) {
  const segments = from.split('/');
  const collectionId = segments.at(-1);
  const filters = [
    ...where.map(encodeFilter),
    ...(either.length === 0 ? [] : [{ compositeFilter: { op: 'OR', filters: either.map(encodeFilter) } }]),
  ];
  return {
    parent: segments.length === 1 ? '' : `/${segments.slice(0, -1).join('/')}`,
    structuredQuery: {
      from: [{ collectionId, allDescendants }],
      ...(filters.length === 0 ? {} : { where: { compositeFilter: { op: 'AND', filters } } }),
      orderBy: orderBy.map(([fieldPath, direction]) => ({ field: { fieldPath }, direction })),
      ...(limit === undefined ? {} : { limit }),
    },
  };
}

const encodeFilter = ([fieldPath, op, value]: Where) => ({
  fieldFilter: { field: { fieldPath }, op: operators[op], value: encodeValue(value) },
});

const mostTries = 20;

/** Repeats what only met another commit on the same document. */
async function post(client: Client, method: string, body: unknown): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    const { status, text } = await send(client, 'POST', `/v1/${databaseOf(client)}/documents${method}`, JSON.stringify(body));
    const answer: unknown = JSON.parse(text);
    if (status === 200) return answer;
    // An error comes alone or as the only element of a stream.
    const { error } = (Array.isArray(answer) ? answer[0] : answer) as { error: { status: string; message: string } };
    if (error.status !== 'ABORTED' || tries === mostTries)
      throw new Refused(error.status.toLowerCase().replaceAll('_', '-'), error.message);
  }
}

/** One request to the emulator; also for its own paths. */
export function send(
  { host, port, authorization }: Pick<Client, 'host' | 'port' | 'authorization'>,
  method: string,
  path: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(authorization === null ? {} : { authorization }),
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Writes documents without rules, 400 a commit. */
export async function seedAt(
  place: Place,
  seeds: readonly (readonly [path: string, data: Readonly<Record<string, unknown>>])[],
): Promise<void> {
  for (let from = 0; from < seeds.length; from += 400) {
    await commit(
      operatorOf(place),
      seeds.slice(from, from + 400).map(([path, data]) => ({ op: 'set', path, data })),
    );
  }
}
