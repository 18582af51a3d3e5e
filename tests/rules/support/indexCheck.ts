import type { FieldUse, QueryShape } from '../../../infra/queryShapes.ts';

/** A field of a composite index, as in the index file. */
export type IndexField = { readonly fieldPath: string; readonly order?: 'ASCENDING' | 'DESCENDING'; readonly arrayConfig?: 'CONTAINS' };
/** A composite index, as in the index file. */
export type Index = {
  readonly collectionGroup: string;
  readonly queryScope: 'COLLECTION' | 'COLLECTION_GROUP';
  readonly fields: readonly IndexField[];
};

/** What a query asks of an index: fields that are filtered by value, and then the sorting. */
type Need = {
  readonly filtered: ReadonlyMap<string, 'value' | 'array'>;
  readonly sorted: readonly { field: string; descending: boolean }[];
};

/** Whether the indexes that Firestore keeps of every field by itself are too little for a query. */
export function needsComposite({ uses, scope }: QueryShape): boolean {
  const fields = new Set(uses.map(({ field }) => field));
  // Indexes of single fields span one collection only, unless an exemption says otherwise.
  if (scope === 'group') return true;
  // Equalities alone are answered by merging the indexes of single fields.
  return fields.size > 1 && !uses.every((use) => 'filter' in use && use.filter === '==');
}

/** Whether an index answers a query: its filtered fields first, in any order, then exactly its sorting or the reverse. */
export function answers(index: Index, shape: QueryShape): boolean {
  if (index.collectionGroup !== shape.collection || index.queryScope !== (shape.scope === 'group' ? 'COLLECTION_GROUP' : 'COLLECTION'))
    return false;
  const { filtered, sorted } = needOf(shape.uses);
  if (index.fields.length !== filtered.size + sorted.length) return false;
  const [first, last] = [index.fields.slice(0, filtered.size), index.fields.slice(filtered.size)];
  const isFiltered = first.every(
    ({ fieldPath, arrayConfig }) => filtered.get(fieldPath) === (arrayConfig === undefined ? 'value' : 'array'),
  );
  const isSorted = [false, true].some((reversed) =>
    last.every(
      ({ fieldPath, order }, at) => fieldPath === sorted[at]?.field && (order === 'DESCENDING') === (sorted[at]?.descending !== reversed),
    ),
  );
  return isFiltered && isSorted && new Set(first.map(({ fieldPath }) => fieldPath)).size === filtered.size;
}

function needOf(uses: readonly FieldUse[]): Need {
  const filtered = new Map<string, 'value' | 'array'>();
  const sorted = uses.flatMap((use) => ('order' in use ? [{ field: use.field, descending: use.order === 'desc' }] : []));
  for (const use of uses) {
    if (!('filter' in use)) continue;
    if (use.filter !== 'range') filtered.set(use.field, use.filter === '==' ? 'value' : 'array');
    // A range without an order sorts by its field, upwards.
    else if (!sorted.some(({ field }) => field === use.field)) sorted.push({ field: use.field, descending: false });
  }
  return { filtered, sorted };
}
