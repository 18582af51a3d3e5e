/** A made-up erasure certificate. */
import type { ErasureCertificate } from '../../../functions/src/privacy/contract.ts';

/** The certificate of an erasure that took nine seconds. */
export const sampleCertificate: ErasureCertificate = {
  type: 'valv/erasure-certificate/v1',
  orgId: 'orgAAAAAAAAAAAAAAAAA',
  organisationNumber: '8020024280',
  dataSubjectId: 'subAAAAAAAAAAAAAAAAA',
  reason: 'request',
  requestedAt: '2026-11-21T20:42:30.000Z',
  requestedBy: 'accAAAAAAAAAAAAAAAAA',
  keyDestroyedAt: '2026-11-21T20:42:31.000Z',
  completedAt: '2026-11-21T20:42:39.000Z',
  erased: [{ collection: 'orgs/{orgId}/dataSubjects/{dataSubjectId}', count: 1 }],
  copies: [
    { copy: 'database', unreadableFrom: '2026-11-21T20:42:31.000Z', goneBy: '2026-11-21T20:42:39.000Z' },
    { copy: 'dailyExports', unreadableFrom: '2026-11-28T20:42:31.000Z', goneBy: '2026-12-19T20:42:39.000Z' },
  ],
};
