/** Binds the callables of the register to its use cases. */
import { memberCallable, memberRequest } from '../orgs/memberCallable.ts';
import { systemClock } from '../platform/clock.ts';
import { jobWorker } from '../platform/jobWorker.ts';
import { liftReadBudget as lift } from './budget/liftReadBudget.ts';
import { listCanaries as canaries, plantCanary as plant, removeCanary as remove } from './canaries/canaries.ts';
import { registerCallables } from './contract.ts';
import { getDataSubject as get, listDataSubjects as list, revealFields as reveal } from './readPersons.ts';
import { runImport as run } from './runImport.ts';
import { previewImport as preview, startImport as start } from './startImport.ts';
import { storeUpload } from './uploads.ts';
import { correctDataSubject as correct, createDataSubject as create } from './writePersons.ts';

const longer = { memory: '512MiB', timeoutSeconds: 120 } as const;

export const listDataSubjects = /* @__PURE__ */ memberCallable(registerCallables, 'listDataSubjects', 'register.read', {}, (actor, input) =>
  list(actor, input, systemClock),
);

export const getDataSubject = /* @__PURE__ */ memberCallable(registerCallables, 'getDataSubject', 'register.read', {}, (actor, input) =>
  get(actor, input.dataSubjectId, systemClock),
);

export const createDataSubject = /* @__PURE__ */ memberCallable(
  registerCallables,
  'createDataSubject',
  'register.write',
  {},
  async (actor, input) => ({
    dataSubjectId: await create(actor, input, systemClock),
  }),
);

export const correctDataSubject = /* @__PURE__ */ memberCallable(
  registerCallables,
  'correctDataSubject',
  'register.write',
  {},
  async (actor, input) => ({
    version: await correct(actor, input, systemClock),
  }),
);

export const revealFields = /* @__PURE__ */ memberCallable(
  registerCallables,
  'revealFields',
  'register.reveal',
  {},
  async (actor, input) => ({
    fields: await reveal(actor, input.dataSubjectId, input.fields, systemClock),
  }),
);

export const uploadImport = /* @__PURE__ */ memberRequest(
  'uploadImport',
  'POST',
  'register.import',
  { memory: '512MiB' },
  async (actor, request, response) => {
    response.json(await storeUpload(actor, request.rawBody ?? new Uint8Array(0), systemClock));
  },
);

export const previewImport = /* @__PURE__ */ memberCallable(
  registerCallables,
  'previewImport',
  'register.import',
  longer,
  (actor, { uploadId, encoding, delimiter, mapping }) => preview(actor, uploadId, { encoding, delimiter, mapping }, systemClock),
);

export const startImport = /* @__PURE__ */ memberCallable(
  registerCallables,
  'startImport',
  'register.import',
  {},
  async (actor, input) => ({
    jobId: await start(actor, input, systemClock),
  }),
);

export const runImport = /* @__PURE__ */ jobWorker('import', { memory: '512MiB' }, (job) => run(job, systemClock));

export const liftReadBudget = /* @__PURE__ */ memberCallable(
  registerCallables,
  'liftReadBudget',
  'orgs.liftReadBudget',
  {},
  async (actor, { accountId }) => {
    await lift(actor, accountId);
    return {};
  },
);

export const plantCanary = /* @__PURE__ */ memberCallable(
  registerCallables,
  'plantCanary',
  'register.canaries',
  {},
  async (actor, { email }) => ({
    dataSubjectId: await plant(actor, email, systemClock),
  }),
);

export const listCanaries = /* @__PURE__ */ memberCallable(registerCallables, 'listCanaries', 'register.canaries', {}, async (actor) => ({
  canaries: await canaries(actor),
}));

export const removeCanary = /* @__PURE__ */ memberCallable(
  registerCallables,
  'removeCanary',
  'register.canaries',
  {},
  async (actor, { dataSubjectId }) => {
    await remove(actor, dataSubjectId);
    return {};
  },
);
