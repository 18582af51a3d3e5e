// Google's official clients pointed at a local cloud, by nothing but addresses.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { KeyManagementServiceClient } from '@google-cloud/kms';
import type { v1 } from '@google-cloud/firestore';
import { Storage } from '@google-cloud/storage';
import type { LocalCloud } from '../../../infra/local/cloudTypes.ts';

// Node cannot see this export of a CommonJS package by name, because a getter makes it.
const firestore = createRequire(import.meta.url)('@google-cloud/firestore') as typeof import('@google-cloud/firestore');

type Credentials = { client_email: string; private_key: string };
type RestOptions = { fallback: true; apiEndpoint?: string; port?: number; protocol?: string; projectId?: string };

/** Options of a Google REST client: production's without an address, and those for an address such as http://127.0.0.1:1. */
export function restClientOptions(endpoint: string | undefined): RestOptions {
  if (endpoint === undefined || endpoint === '') return { fallback: true };
  const { hostname, port, protocol } = new URL(endpoint);
  return { fallback: true, apiEndpoint: hostname, port: Number(port), protocol: protocol.replace(':', '') };
}

/** The local service account, which the functions get by GOOGLE_APPLICATION_CREDENTIALS. */
function credentialsOf(cloud: LocalCloud): { credentials: Credentials; projectId: string } {
  const file = readFileSync(cloud.env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '', 'utf8');
  return { credentials: JSON.parse(file) as Credentials, projectId: cloud.projectId }; // Written by the local cloud.
}

/** The KMS client as production makes it, with the local credential. */
export const kmsClient = (cloud: LocalCloud): KeyManagementServiceClient =>
  new KeyManagementServiceClient({ ...restClientOptions(cloud.urls.kms), ...credentialsOf(cloud) });

/** The Firestore Admin client, likewise. */
export const adminClient = (cloud: LocalCloud): InstanceType<typeof v1.FirestoreAdminClient> =>
  new firestore.v1.FirestoreAdminClient({ ...restClientOptions(cloud.urls.firestoreAdmin), ...credentialsOf(cloud) });

/** The Storage client; its retries are quick, so that tests of failures are. */
export const storageClient = (cloud: LocalCloud): Storage =>
  new Storage({
    projectId: cloud.projectId,
    apiEndpoint: cloud.urls.storage,
    retryOptions: { maxRetries: 2, totalTimeout: 5, maxRetryDelay: 1 },
  });
