/** The local cloud with the built app in it, and what tests arrange behind the app's back. */
import type { LocalCloud } from '../../../infra/local/cloudTypes.ts';
import { callEmulator } from '../../../infra/local/firestore/adminRest.ts';
import type { Role } from '../../../functions/src/orgs/contract.ts';
import { startWorkersCloud, testCloud, type TestCloud } from '../../support/localCloud.ts';
import { builds } from './build.ts';

/** A running cloud that serves the app. */
export type AppCloud = { readonly cloud: LocalCloud; readonly local: TestCloud; stop(): Promise<void> };

/** Starts the cloud with the builds of support/build.ts; with an emulator of its own where no test runner shares one. */
export async function startAppCloud(ownEmulator = false): Promise<AppCloud> {
  const cloud = await startWorkersCloud({ ...builds, functionsMode: 'ownProcess', ownEmulator });
  return { cloud, local: testCloud(() => cloud), stop: () => cloud.stop() };
}

/** Gives a member another role, as no screen can yet: for the journeys that must be refused. */
export async function setRole({ cloud }: AppCloud, orgId: string, accountId: string, role: Role): Promise<void> {
  await patch(cloud, `orgs/${orgId}/members/${accountId}`, { role: { stringValue: role } });
}

/** Lets a session's idle limit pass, as half an hour would. */
export async function letSessionEnd({ cloud }: AppCloud, sessionId: string): Promise<void> {
  await patch(cloud, `sessions/${sessionId}`, { idleExpiresAt: { timestampValue: '2020-01-01T00:00:00Z' } });
}

/** Lets a session be one whose person showed who they are long ago. */
export async function makeStale({ cloud }: AppCloud, sessionId: string): Promise<void> {
  await patch(cloud, `sessions/${sessionId}`, { authenticatedAt: { timestampValue: '2020-01-01T00:00:00Z' } });
}

/** Lets a session be one whose person has just shown who they are, however long a slow machine took to get there. */
export async function makeFresh({ cloud }: AppCloud, sessionId: string): Promise<void> {
  await patch(cloud, `sessions/${sessionId}`, { authenticatedAt: { timestampValue: new Date().toISOString() } });
}

/** Lets an account be one of Valv's technicians, as operators do. */
export async function makeTechnician({ cloud }: AppCloud, accountId: string): Promise<void> {
  await patch(cloud, `accounts/${accountId}`, { isSupport: { booleanValue: true } });
}

async function patch(cloud: LocalCloud, path: string, fields: Record<string, unknown>): Promise<void> {
  const url = new URL(`${cloud.urls.firestore}/v1/projects/${cloud.projectId}/databases/(default)/documents/${path}`);
  for (const field of Object.keys(fields)) url.searchParams.append('updateMask.fieldPaths', field);
  await callEmulator(url.href, 'PATCH', { fields });
}
