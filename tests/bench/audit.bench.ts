/**
 * What an audited write costs: document writes and reads of the commit, counted in the requests that the client sends.
 * The use case runs as in production, under the caller's token; only `fetch` is watched.
 */
import * as z from 'zod/mini';
import { createDataSubject } from '../../functions/src/register/writePersons.ts';
import { callerFirestore } from '../../functions/src/platform/callerFirestore.ts';
import { systemClock } from '../../functions/src/platform/clock.ts';
import { getPerson, updatePerson, type StoredPerson } from '../../functions/src/register/store.ts';
import { sealPerson } from '../../functions/src/register/sealedPerson.ts';
import { orgKey, subjectKey } from '../../functions/src/platform/keyring.ts';
import { idSchemas } from '../../functions/src/shared/ids.ts';
import type { OrgActor } from '../../functions/src/orgs/memberCallable.ts';
import { figure, type Figure } from './figure.ts';
import { foundOrganisation, startBench, type Bench } from './valv.ts';

const updates = 20;
const commitSchema = z.object({ writes: z.array(z.unknown()) });

/** Document writes and reads that pass `fetch` while `run` runs. */
async function countRequests(run: () => Promise<void>): Promise<{ writes: number; reads: number }> {
  const seen = { writes: 0, reads: 0 };
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.endsWith(':commit')) seen.writes += z.parse(commitSchema, JSON.parse(String(init?.body))).writes.length;
    if (/:(batchGet|runQuery|runAggregationQuery)$/.test(url)) seen.reads += 1;
    return original(input, init);
  };
  try {
    await run();
  } finally {
    globalThis.fetch = original;
  }
  return seen;
}

/** Corrects a person with audit, and counts what the write alone would be: the one document that changes. */
export async function run(): Promise<Figure[]> {
  const bench = await startBench('inProcess');
  try {
    const actor = await actorOf(bench);
    const id = await createDataSubject(actor, { fields: { familyName: 'Mätning' }, isProtected: false }, systemClock);
    let person = await getPerson(actor, id);
    const sealed = sealPerson(await orgKey(actor.orgId), await subjectKey(actor.orgId, id), { orgId: actor.orgId, dataSubjectId: id }, { familyName: 'Mätt' });
    const seen = await countRequests(async () => {
      for (let update = 0; update < updates; update += 1) {
        const version = await updatePerson(actor, person, sealed, { isProtected: false, fields: ['familyName'] });
        person = { ...person, version } satisfies StoredPerson;
      }
    });
    if (seen.writes === 0) throw new Error('no commit was seen: the client no longer uses fetch');
    const withoutAudit = updates;
    return [
      figure('document writes that audit adds to a write', (seen.writes - withoutAudit) / updates, 'writes', '<=', 1),
      figure('document reads that the client adds to an audited write', seen.reads / updates, 'reads', '<=', 0),
    ];
  } finally {
    await bench.cloud.stop();
  }
}

async function actorOf(bench: Bench): Promise<OrgActor> {
  const orgId = z.parse(idSchemas.org, await foundOrganisation(bench, '802406-2302'));
  const db = await callerFirestore(bench.idToken);
  return { orgId, accountId: z.parse(idSchemas.account, bench.accountId), sessionId: z.parse(idSchemas.session, bench.sessionId), role: 'owner', db };
}
