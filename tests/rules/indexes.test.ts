import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { type QueryShape, queryShapes } from '../../infra/queryShapes.ts';
import { answers, type Index, needsComposite } from './support/indexCheck.ts';

/** The emulator enforces no composite index; production refuses a query without its own. */

type Override = { readonly collectionGroup: string; readonly fieldPath: string; readonly indexes: readonly unknown[] };

// Its form is checked by the deploying tool's own validation below.
const file = JSON.parse(await readFile('infra/firestore.indexes.json', 'utf8')) as {
  readonly indexes: readonly Index[];
  readonly fieldOverrides: readonly Override[];
};

const keyOf = (index: Index): string => JSON.stringify([index.collectionGroup, index.queryScope, index.fields]);
const describeShape = ({ purpose, collection }: QueryShape): string => `${purpose} (${collection})`;

describe('the index file', () => {
  it('is accepted by firebase-tools', () => {
    // firebase-tools ships no types; this is what `firebase deploy --only firestore:indexes` calls first.
    const { FirestoreApi } = createRequire(import.meta.url)('firebase-tools/lib/firestore/api.js') as {
      FirestoreApi: new () => { validateSpec(spec: unknown): void; upgradeOldSpec(spec: unknown): unknown };
    };
    const api = new FirestoreApi();
    expect(() => api.validateSpec(api.upgradeOldSpec(file))).not.toThrow();
    expect(() => api.validateSpec({ indexes: [{ ...file.indexes[0], queryScope: 'EVERYTHING' }], fieldOverrides: [] })).toThrow();
  });

  it('names no index twice', () => {
    expect(new Set(file.indexes.map(keyOf)).size).toBe(file.indexes.length);
  });

  it('has no index that no query needs', () => {
    const idle = file.indexes.filter((index) => !queryShapes.some((shape) => needsComposite(shape) && answers(index, shape)));
    expect(idle.map(keyOf)).toEqual([]);
  });

  it('switches off no single index that a query needs', () => {
    const off = file.fieldOverrides.filter(({ indexes }) => indexes.length === 0);
    const used = queryShapes.filter(({ collection, uses }) =>
      off.some((override) => override.collectionGroup === collection && uses.some(({ field }) => field === override.fieldPath)),
    );
    expect(used.map(describeShape)).toEqual([]);
  });
});

describe('each query has its index:', () => {
  it.each(queryShapes.map((shape) => [describeShape(shape), shape] as const))('%s', (_, shape) => {
    expect(!needsComposite(shape) || file.indexes.some((index) => answers(index, shape))).toBe(true);
  });
});

describe('the check itself', () => {
  const sortedBy = (order: 'asc' | 'desc'): QueryShape => ({
    purpose: 'a query',
    collection: 'jobs',
    uses: [
      { field: 'orgId', filter: '==' },
      { field: 'at', order },
    ],
  });
  const index = (...fields: Index['fields']): Index => ({ collectionGroup: 'jobs', queryScope: 'COLLECTION', fields });
  const orgId = { fieldPath: 'orgId', order: 'ASCENDING' } as const;
  const at = { fieldPath: 'at', order: 'DESCENDING' } as const;

  it('accepts an index read backwards', () => {
    expect([answers(index(orgId, at), sortedBy('desc')), answers(index(orgId, at), sortedBy('asc'))]).toEqual([true, true]);
  });
  it('refuses one that sorts first, has another field, kind, scope or collection', () => {
    const others: Index[] = [
      index(at, orgId),
      index(orgId),
      index(orgId, { fieldPath: 'kind', order: 'ASCENDING' }, at),
      index({ fieldPath: 'orgId', arrayConfig: 'CONTAINS' }, at),
      { ...index(orgId, at), queryScope: 'COLLECTION_GROUP' },
      { ...index(orgId, at), collectionGroup: 'exports' },
    ];
    expect(others.map((other) => answers(other, sortedBy('desc')))).toEqual(others.map(() => false));
  });
  it('lets equalities alone go without', () => {
    const equalities: QueryShape = {
      purpose: 'equal',
      collection: 'jobs',
      uses: [
        { field: 'a', filter: '==' },
        { field: 'b', filter: '==' },
      ],
    };
    expect([needsComposite(equalities), needsComposite(sortedBy('asc'))]).toEqual([false, true]);
  });
});
