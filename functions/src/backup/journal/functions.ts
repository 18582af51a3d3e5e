/** Binds the journal to every change of every document of the database of tenant data. */
import { onDocumentWritten } from 'firebase-functions/firestore';
import { locations } from '../../platform/config.ts';
import { recordChange } from './recordChange.ts';

const options = {
  document: '{document=**}',
  database: '(default)',
  region: locations.functions,
  memory: '256MiB',
  maxInstances: 20,
  // An event that fails is delivered again, for up to a day.
  retry: true,
} as const;

export const journalChange = /* @__PURE__ */ onDocumentWritten(options, async ({ document, data, time }) => {
  if (data !== undefined) await recordChange({ path: document, before: data.before, after: data.after, time });
});
