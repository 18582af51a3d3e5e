/**
 * What an audited write costs: document writes and reads of the commit, counted in the requests that the client sends; and
 * whether many writers of one organisation get into one another's way, while its events are being sealed.
 * The use case runs as in production, under the caller's token, through a proxy that counts.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { sealAuditEvents } from '../../functions/src/audit/sealing/sealAuditEvents.ts';
import { createDataSubject } from '../../functions/src/register/writePersons.ts';
import { systemClock } from '../../functions/src/platform/clock.ts';
import { getPerson, updatePerson, type StoredPerson } from '../../functions/src/register/store.ts';
import { sealPerson } from '../../functions/src/register/sealedPerson.ts';
import { orgKey, subjectKey } from '../../functions/src/platform/keyring.ts';
import { authenticateWith } from '../../functions/src/identity/session.ts';
import { authorizeFor, type OrgActor } from '../../functions/src/orgs/memberCallable.ts';
import { figure, type Figure } from './figure.ts';
import { foundOrganisation, startBench, type Bench } from './valv.ts';

const updates = 20;
const writers = 200;
const commitSchema = z.object({ writes: z.array(z.unknown()) });

/** What passed the counting proxy. Owned by it; the bench sets it to zero. */
type Seen = { writes: number; reads: number; commits: number; contended: number };

/** A proxy in front of the emulator that counts document writes and read requests, and where it listens. */
async function countingProxy(firestoreUrl: string): Promise<{ host: string; seen: Seen; stop: () => void }> {
  const seen: Seen = { writes: 0, reads: 0, commits: 0, contended: 0 };
  const server = createServer((request, response) => {
    void forward(request, firestoreUrl, seen).then(
      (answer) => response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body),
      () => response.writeHead(502).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  return { host: `127.0.0.1:${port}`, seen, stop: () => void server.close() };
}

async function forward(request: IncomingMessage, firestoreUrl: string, seen: Seen): Promise<{ status: number; body: Buffer }> {
  const url = request.url ?? '';
  const body = await buffer(request);
  const isCommit = url.includes(':commit');
  if (isCommit) seen.writes += z.parse(commitSchema, JSON.parse(body.toString('utf8'))).writes.length;
  if (/:(batchGet|runQuery|runAggregationQuery)/.test(url)) seen.reads += 1;
  const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
  const answer = await fetch(`${firestoreUrl}${url}`, { method: request.method ?? 'POST', headers, body: new Uint8Array(body) });
  if (isCommit) seen.commits += 1;
  if (isCommit && !answer.ok) seen.contended += 1; // aborted, or a precondition that no longer held
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}

/** Corrects a person with audit, and counts what the write alone would be: the one document that changes. */
export async function run(): Promise<Figure[]> {
  const bench = await startBench('inProcess');
  const proxy = await countingProxy(bench.cloud.urls.firestore);
  process.env['__FIREBASE_DEFAULTS__'] = JSON.stringify({
    emulatorHosts: { auth: new URL(bench.cloud.urls.auth).host, firestore: proxy.host },
  });
  try {
    const actor = await actorOf(bench);
    const id = await createDataSubject(actor, { fields: { familyName: 'Mätning' }, isProtected: false }, systemClock);
    let person = await getPerson(actor, id);
    const sealed = sealPerson(
      await orgKey(actor.orgId),
      await subjectKey(actor.orgId, id),
      { orgId: actor.orgId, dataSubjectId: id },
      { familyName: 'Mätt' },
    );
    const { seen } = proxy;
    if (seen.writes === 0 || seen.reads === 0) throw new Error('nothing passed the counting proxy');
    Object.assign(seen, { writes: 0, reads: 0 });
    for (let update = 0; update < updates; update += 1) {
      const version = await updatePerson(actor, person, sealed, { isProtected: false, fields: ['familyName'] });
      person = { ...person, version } satisfies StoredPerson;
    }
    const withoutAudit = updates;
    const cost = [
      figure('document writes that audit adds to a write', (seen.writes - withoutAudit) / updates, 'writes', '<=', 1),
      figure('document reads that the client adds to an audited write', seen.reads / updates, 'reads', '<=', 0),
    ];
    return [...cost, ...(await manyWriters(actor, seen))];
  } finally {
    proxy.stop();
    await bench.cloud.stop();
  }
}

/** Two hundred writers of one organisation at once, while its events are sealed: one commit each, none refused. */
async function manyWriters(actor: OrgActor, seen: Seen): Promise<Figure[]> {
  Object.assign(seen, { writes: 0, reads: 0, commits: 0, contended: 0 });
  const writing = { isOver: false };
  let sealed = 0;
  const sealing = (async () => {
    while (!writing.isOver) sealed += (await sealAuditEvents(systemClock, 60_000)).seals;
  })();
  const made = Array.from({ length: writers }, (_, at) =>
    createDataSubject(actor, { fields: { familyName: `Samtidig ${at}` }, isProtected: false }, systemClock),
  );
  await Promise.all(made);
  writing.isOver = true;
  await sealing;
  if (sealed === 0) throw new Error('nothing was sealed meanwhile');
  return [
    figure('commits beyond one each of 200 parallel writers of one organisation', seen.commits - writers, 'commits', '<=', 0),
    figure('of these commits, refused for contention', seen.contended, 'commits', '<=', 0),
  ];
}

async function actorOf(bench: Bench): Promise<OrgActor> {
  const orgId = await foundOrganisation(bench, '802406-2302');
  const { accountId: uid, sessionId: sid, idToken } = bench;
  const claims = { sid, iat: Date.now() / 1000, exp: Date.now() / 1000 + 60 };
  return authorizeFor('register.write')(await authenticateWith(systemClock)({ uid, claims, idToken }, { address: '203.0.113.7' }), {
    orgId,
  });
}
