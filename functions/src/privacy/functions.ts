/** Binds the callables, workers and schedules of privacy to its use cases. */
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { memberCallable, memberRequest } from '../orgs/memberCallable.ts';
import { parseInput } from '../platform/callable.ts';
import { systemClock } from '../platform/clock.ts';
import { publicJson } from '../platform/http.ts';
import { jobWorker } from '../platform/jobWorker.ts';
import { scheduled } from '../platform/scheduled.ts';
import { idSchemas } from '../shared/ids.ts';
import * as z from 'zod/mini';
import {
  decideApproval as decide,
  hasSecondPerson,
  listApprovals as approvals,
  requestApproval as ask,
  startApproved as start,
  withdrawApproval as withdraw,
} from './approvals/approvals.ts';
import { approvalCallables } from './approvals/contract.ts';
import { privacyCallables } from './contract.ts';
import { getErasureCertificate as certificate, previewErasure as preview, startErasure as erase } from './erasures.ts';
import { downloadRegisterExport as downloadExport } from './exports/downloadRegisterExport.ts';
import { runRegisterExport as runExporting } from './exports/runRegisterExport.ts';
import { downloadExtract as download, startExtract as extract, type Download } from './extracts.ts';
import { pruneExpired as prune } from './pruneExpired.ts';
import { runErasure as runErasing } from './runErasure.ts';
import { runExtract as runExtracting } from './runExtract.ts';
import { runMassErasure as runErasingMany } from './runMassErasure.ts';
import { publishedKeys } from './signer.ts';

export const startExtract = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'startExtract',
  'privacy.extract',
  {},
  async (actor, { dataSubjectId, locale }) => ({
    jobId: await extract(actor, dataSubjectId, locale, systemClock),
  }),
);

export const downloadExtract = /* @__PURE__ */ memberRequest(
  'downloadExtract',
  'GET',
  'privacy.extract',
  {},
  async (actor, request, response) => {
    const { jobId } = parseInput(z.object({ jobId: idSchemas.job }), request.query);
    await send(response, await download(actor, jobId, systemClock));
  },
);

export const previewErasure = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'previewErasure',
  'privacy.erase',
  {},
  (actor, { dataSubjectId }) => preview(actor, dataSubjectId, systemClock),
);

export const startErasure = /* @__PURE__ */ memberCallable(privacyCallables, 'startErasure', 'privacy.erase', {}, async (actor, input) => ({
  jobId: await erase(actor, input, systemClock),
}));

export const getErasureCertificate = /* @__PURE__ */ memberCallable(
  privacyCallables,
  'getErasureCertificate',
  'audit.read',
  {},
  (actor, { jobId, dataSubjectId }) => certificate(actor, jobId, dataSubjectId),
);

export const runExtract = /* @__PURE__ */ jobWorker('extract', { memory: '512MiB' }, (job) => runExtracting(job, systemClock));

export const runErasure = /* @__PURE__ */ jobWorker('erasure', { memory: '256MiB' }, (job) => runErasing(job, systemClock));

export const pruneExpired = /* @__PURE__ */ scheduled('pruneExpired', {}, () => prune(systemClock));

/** The public keys of signatures, for whoever wants to verify without asking Valv again. */
export const publicKeys = /* @__PURE__ */ publicJson(publishedKeys);

export const requestMassErasure = /* @__PURE__ */ memberCallable(
  approvalCallables,
  'requestMassErasure',
  'privacy.massErase',
  {},
  async (actor, { dataSubjectIds, reason }) => ({
    approvalId: await ask(actor, { kind: 'massErasure', input: { dataSubjectIds, reason } }, systemClock),
  }),
);

export const requestRegisterExport = /* @__PURE__ */ memberCallable(
  approvalCallables,
  'requestRegisterExport',
  'privacy.exportRegister',
  {},
  async (actor, { includeProtected }) => ({
    approvalId: await ask(actor, { kind: 'registerExport', input: { format: 'csv', includeProtected } }, systemClock),
  }),
);

export const decideApproval = /* @__PURE__ */ memberCallable(
  approvalCallables,
  'decideApproval',
  'approvals.decide',
  {},
  async (actor, { approvalId, approve }) => {
    await decide(actor, approvalId, approve, systemClock);
    return {};
  },
);

export const withdrawApproval = /* @__PURE__ */ memberCallable(
  approvalCallables,
  'withdrawApproval',
  'approvals.decide',
  {},
  async (actor, { approvalId }) => {
    await withdraw(actor, approvalId);
    return {};
  },
);

export const listApprovals = /* @__PURE__ */ memberCallable(approvalCallables, 'listApprovals', 'approvals.read', {}, async (actor) => ({
  approvals: await approvals(actor, systemClock),
  hasSecondPerson: await hasSecondPerson(actor, systemClock),
}));

export const startApproved = /* @__PURE__ */ memberCallable(
  approvalCallables,
  'startApproved',
  'approvals.decide',
  {},
  async (actor, { approvalId }) => ({ jobId: await start(actor, approvalId, systemClock) }),
);

export const downloadRegisterExport = /* @__PURE__ */ memberRequest(
  'downloadRegisterExport',
  'GET',
  'privacy.exportRegister',
  {},
  async (actor, request, response) => {
    const { jobId } = parseInput(z.object({ jobId: idSchemas.job }), request.query);
    await send(response, await downloadExport(actor, jobId, systemClock));
  },
);

export const runMassErasure = /* @__PURE__ */ jobWorker('massErasure', { memory: '256MiB' }, (job) => runErasingMany(job, systemClock));

export const runRegisterExport = /* @__PURE__ */ jobWorker('registerExport', { memory: '512MiB' }, (job) => runExporting(job, systemClock));

async function send(response: Response, { fileName, content }: Download): Promise<void> {
  response.set('Content-Type', 'application/zip');
  response.set('Content-Disposition', `attachment; filename="${fileName}"`);
  await pipeline(content, response);
}
