/**
 * Brings a scratch database from the moment of its export to a later one, by changes of the journal.
 *
 * Guarantees: each document ends as its last version at or before the moment, whatever the order of the changes and however
 * often one comes: a version counts only if it is newer than what was applied, and a deletion only of the version that it
 * deleted. Repeating it from the beginning ends the same.
 */
import type { Firestore } from 'firebase-admin/firestore';
import { commitTo, type Commit, type Fill } from './commit.ts';
import { dataOfText } from '../journal/rawDocument.ts';
import type { JournalledChange } from '../increments/incrementFile.ts';

/** Of one commit; Firestore takes 10 MiB. */
const mostOperations = 300;
const mostCharacters = 4_000_000;

/** Applies changes, by `commit`; answers how many counted. */
export async function applyChanges(
  scratch: Firestore,
  changes: AsyncIterable<JournalledChange>,
  commit = commitTo(scratch),
): Promise<number> {
  // Path → time of the newest version that was applied. Owned by this call.
  const applied = new Map<string, string>();
  let counted = 0;
  const writer = batchWriter(scratch, commit);
  for await (const change of changes) {
    const { path, fields } = change;
    const counts = newestMark(change, applied.get(path));
    if (counts === null) continue;
    if (fields === null) await writer.delete(path);
    else await writer.set(path, fields);
    if (counts.mark !== undefined) applied.set(path, counts.mark);
    counted += 1;
  }
  await writer.flush();
  return counted;
}

/**
 * Whether a change counts after those of the same document that have counted, of which `newest` is the mark; null when it does
 * not, otherwise the new mark.
 */
export function newestMark(
  { at, before, fields }: Pick<JournalledChange, 'at' | 'before' | 'fields'>,
  newest: string | undefined,
): { readonly mark: string | undefined } | null {
  if (fields !== null) return newest === undefined || at > newest ? { mark: at } : null;
  return newest === undefined || (before !== null && newest <= before) ? { mark: before ?? undefined } : null;
}

/** Writes documents in batches, each document once in a batch; a batch is committed as `commit` does, which may ask twice for its writes. */
export function batchWriter(
  db: Firestore,
  commit: Commit = commitTo(db),
): {
  set(path: string, fields: string): Promise<void>;
  delete(path: string): Promise<void>;
  flush(): Promise<void>;
} {
  let writes: Fill[] = [];
  let paths = new Set<string>();
  let characters = 0;
  const flush = async (): Promise<void> => {
    const filled = writes;
    if (filled.length > 0) await commit((batch) => filled.forEach((write) => write(batch)));
    writes = [];
    paths = new Set();
    characters = 0;
  };
  const room = async (path: string, size: number): Promise<void> => {
    if (paths.has(path) || paths.size >= mostOperations || characters + size > mostCharacters) await flush();
    paths.add(path);
    characters += size;
  };
  return {
    async set(path, fields) {
      await room(path, fields.length);
      writes.push((batch) => batch.set(db.doc(path), dataOfText(fields)));
    },
    async delete(path) {
      await room(path, path.length);
      writes.push((batch) => batch.delete(db.doc(path)));
    },
    flush,
  };
}
