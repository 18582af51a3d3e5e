/** Pure: which export a restore begins with, and in which order things are made equal. */
import type { ExportManifest } from '../exportManifest.ts';

/** What is restored: into a scratch database only, one organisation, or everything. */
export type Target =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'organisation'; readonly orgId: string }
  | { readonly kind: 'everything' };

/** A target as a short text, the same for equal targets. */
export const targetText = (target: Target): string => (target.kind === 'organisation' ? `organisation ${target.orgId}` : target.kind);

/** The target of a text that begins as {@link targetText} says. */
export function targetOfText(text: string): Target {
  const [kind = '', orgId = ''] = text.split(' ');
  if (kind === 'organisation') return { kind, orgId };
  return { kind: kind === 'everything' ? kind : 'scratch' };
}

/** The newest export that is not younger than the moment; null when all are. */
export function newestBefore(manifests: readonly ExportManifest[], moment: Date): ExportManifest | null {
  const old = manifests.filter(({ snapshotAt }) => new Date(snapshotAt) <= moment);
  return old.toSorted((a, b) => a.snapshotAt.localeCompare(b.snapshotAt)).at(-1) ?? null;
}

/** An instant as changes carry it: UTC with nine digits of fraction, so that texts compare as instants do. */
export const instantText = (at: Date): string => `${at.toISOString().slice(0, -1)}000000Z`;

/** Compares paths as Firestore orders them: segment by segment. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x = '', y = ''] = [left[at], right[at]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
