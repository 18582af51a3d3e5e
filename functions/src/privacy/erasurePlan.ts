/** Pure: when each copy of an erased person's data is unreadable, and when it is gone; what the evidence is called. */
import { after, ms } from '../shared/time.ts';
import type { CopyGone } from './contract.ts';

/**
 * Days for which each kind of copy is kept: what the project's point-in-time recovery, key backups and soft delete must be
 * set to. infra/provision/ makes those of the buckets of backups; SECURITY.md says what operators set themselves.
 */
export const copyLifetimeDays = { pointInTimeRecovery: 7, keyBackups: 7, dailyExports: 28, softDeletedFiles: 7 } as const;

/**
 * The copies of a person's data, given when the key was destroyed. Ciphertext outlives its key: it is unreadable from the
 * moment when the last copy of the key is gone.
 */
export function copiesGone(keyDestroyedAt: Date): CopyGone[] {
  const at = (days: number): string => after(keyDestroyedAt, days * ms.day).toISOString();
  const keyGone = at(copyLifetimeDays.keyBackups);
  return [
    { copy: 'subjectKey', unreadableFrom: at(0), goneBy: at(0) },
    { copy: 'database', unreadableFrom: at(0), goneBy: at(0) },
    { copy: 'storedFiles', unreadableFrom: at(0), goneBy: at(0) },
    { copy: 'keyBackups', unreadableFrom: keyGone, goneBy: keyGone },
    { copy: 'pointInTimeRecovery', unreadableFrom: keyGone, goneBy: at(copyLifetimeDays.pointInTimeRecovery) },
    { copy: 'softDeletedFiles', unreadableFrom: keyGone, goneBy: at(copyLifetimeDays.softDeletedFiles) },
    { copy: 'dailyExports', unreadableFrom: keyGone, goneBy: at(copyLifetimeDays.dailyExports) },
  ];
}

/** Id of the ledger entry and the certificate of one person of a mass erasure; a single erasure's is that of its job. */
export const massRecordId = (jobId: string, dataSubjectId: string): string => `${jobId}-${dataSubjectId}`;
