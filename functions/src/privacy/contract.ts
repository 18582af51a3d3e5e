/** What privacy says over the wire: register extract (GDPR Art. 15, 20) and erasure (Art. 17). Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../shared/ids.ts';
import { localeSchema } from '../identity/contract.ts';

const subject = { orgId: idSchemas.org, dataSubjectId: idSchemas.dataSubject };

/** Why a person is erased; kept in the certificate. GDPR Art. 17(1). */
export const erasureReasons = ['request', 'notNeeded', 'consentWithdrawn', 'objection', 'unlawful', 'legalObligation'] as const;
/** One of {@link erasureReasons}. */
export type ErasureReason = (typeof erasureReasons)[number];

/** A copy of the data and the instant when nobody can read it any more. */
const copyGone = z.object({
  copy: z.enum(['database', 'subjectKey', 'pointInTimeRecovery', 'dailyExports', 'keyBackups', 'storedFiles', 'softDeletedFiles']),
  unreadableFrom: z.iso.datetime(),
  goneBy: z.iso.datetime(),
});
/** One line of the preview and of the certificate. */
export type CopyGone = z.infer<typeof copyGone>;

const erasurePreview = z.object({
  /** What would be deleted, by inventory collection. */
  willErase: z.array(z.object({ collection: z.string(), count: z.int() })),
  /** What stays, and why: holds no personal data, only random ids. */
  willKeep: z.array(z.object({ collection: z.string(), count: z.int() })),
  /** What stands in the way; empty means that erasure may start. */
  blockers: z.array(z.object({ kind: z.literal('jobRunning'), detail: z.string() })),
  copies: z.array(copyGone),
});
/** What an erasure would do. */
export type ErasurePreview = z.infer<typeof erasurePreview>;

/** How long a finished extract can be downloaded. */
export const extractLifetimeMinutes = 60;

/**
 * Callables of privacy, by name. A finished extract is fetched from the HTTPS function `downloadExtract`
 * (`GET /api/downloadExtract?orgId=…&jobId=…`, `Authorization: Bearer` ID token), a ZIP. Progress is the job document.
 */
export const privacyCallables = {
  startExtract: { input: z.strictObject({ ...subject, locale: localeSchema }), output: z.object({ jobId: idSchemas.job }) },
  previewErasure: { input: z.strictObject(subject), output: erasurePreview },
  /** One person. More than twenty by one member in 24 hours: `privacy/erasures-need-approval`. */
  startErasure: {
    input: z.strictObject({ ...subject, reason: z.enum(erasureReasons), version: z.int() }),
    output: z.object({ jobId: idSchemas.job }),
  },
  /** The signed certificate of a finished erasure, for whoever may erase. */
  getErasureCertificate: {
    input: z.strictObject({
      orgId: idSchemas.org,
      jobId: idSchemas.job,
      /** For a mass erasure: whose certificate. */
      dataSubjectId: z.optional(idSchemas.dataSubject),
    }),
    output: z.object({
      /** Compact JWS (ES256), the payload is `certificate` in canonical JSON. Verified by `npm run verify`. */
      jws: z.string(),
      certificate: z.object({
        type: z.literal('valv/erasure-certificate/v1'),
        orgId: z.string(),
        organisationNumber: z.string(),
        dataSubjectId: z.string(),
        reason: z.enum(erasureReasons),
        requestedAt: z.iso.datetime(),
        requestedBy: z.string(),
        keyDestroyedAt: z.iso.datetime(),
        completedAt: z.iso.datetime(),
        erased: z.array(z.object({ collection: z.string(), count: z.int() })),
        copies: z.array(copyGone),
      }),
    }),
  },
} as const;

/** The certificate of an erasure. */
export type ErasureCertificate = z.infer<typeof privacyCallables.getErasureCertificate.output>['certificate'];
