/** How what a restore writes is committed: alone, or through its fence (fence.ts). */
import type { Firestore, WriteBatch } from 'firebase-admin/firestore';

/** Puts writes into a batch; may be asked more than once. */
export type Fill = (batch: WriteBatch) => void;

/** Commits what is put into a batch. */
export type Commit = (fill: Fill) => Promise<void>;

/** Commits to a database, whoever else is at work. */
export const commitTo =
  (db: Firestore): Commit =>
  async (fill) => {
    const batch = db.batch();
    fill(batch);
    await batch.commit();
  };
