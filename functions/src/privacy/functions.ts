/** Binds the callables, workers and schedules of privacy to its use cases. */
import { pipeline } from 'node:stream/promises';
import { memberCallable, memberRequest } from '../orgs/memberCallable.ts';
import { parseInput } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { publicJson } from '../platform/http.ts';
import { jobWorker } from '../platform/jobWorker.ts';
import { scheduled } from '../platform/scheduled.ts';
import { idSchemas } from '../shared/ids.ts';
import * as z from 'zod/mini';
import { privacyCallables } from './contract.ts';
import { getErasureCertificate as certificate, previewErasure as preview, startErasure as erase } from './erasures.ts';
import { downloadExtract as download, startExtract as extract } from './extracts.ts';
import { pruneExpired as prune } from './pruneExpired.ts';
import { runErasure as runErasing } from './runErasure.ts';
import { runExtract as runExtracting } from './runExtract.ts';
import { publishedKeys } from './signer.ts';

export const startExtract = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'startExtract',
  'privacy.extract',
  {},
  async (actor, { dataSubjectId, locale }) => ({
    jobId: await extract(actor, dataSubjectId, locale),
  }),
);

export const downloadExtract = /* @__PURE__ */ memberRequest('GET', 'privacy.extract', {}, async (actor, request, response) => {
  const { jobId } = parseInput(z.object({ jobId: idSchemas.job }), request.query);
  const { fileName, content } = await download(actor, jobId, systemClock);
  response.set('Content-Type', 'application/zip');
  response.set('Content-Disposition', `attachment; filename="${fileName}"`);
  await pipeline(content, response);
});

export const previewErasure = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'previewErasure',
  'privacy.erase',
  {},
  (actor, { dataSubjectId }) => preview(actor, dataSubjectId, systemClock),
);

export const startErasure = /* @__PURE__ */ memberCallable(privacyCallables, 'startErasure', 'privacy.erase', {}, async (actor, input) => ({
  jobId: await erase(actor, input),
}));

export const getErasureCertificate = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'getErasureCertificate',
  'privacy.erase',
  {},
  (actor, { jobId }) => certificate(actor, jobId),
);

export const runExtract = /* @__PURE__ */ jobWorker('extract', { memory: '512MiB' }, (job) => runExtracting(job, systemClock));

export const runErasure = /* @__PURE__ */ jobWorker('erasure', { memory: '256MiB' }, (job) => runErasing(job, systemClock));

export const pruneExpired = /* @__PURE__ */ scheduled('pruneExpired', '17 * * * *', {}, () => prune(systemClock));

/** The public keys of signatures, for whoever wants to verify without asking Valv again. */
export const publicKeys = /* @__PURE__ */ publicJson(publishedKeys);
