// A local cloud in a process of its own, with one saved document in each database; it waits to be killed.
import { callEmulator } from '../../../infra/local/firestore/adminRest.ts';
import { startLocalCloud } from '../../../infra/local/localCloud.ts';

const cloud = await startLocalCloud({
  projectId: 'valv-test-state',
  stateDir: process.argv[2] ?? null,
  rulesFile: new URL('../../../infra/keys.rules', import.meta.url).pathname,
  functionsEntry: null,
  hostingDir: null,
});
for (const database of ['(default)', 'keys']) {
  const url = `${cloud.urls.firestore}/v1/projects/valv-test-state/databases/${database}/documents/orgs/o1`;
  await callEmulator(url, 'PATCH', { fields: { value: { stringValue: 'saved' } } });
}
await cloud.save();
process.stdout.write(`${JSON.stringify({ firestore: cloud.urls.firestore })}\n`);
