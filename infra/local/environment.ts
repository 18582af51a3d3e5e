import { writeFileSync } from 'node:fs';
import type { CloudUrls } from './cloudTypes.ts';
import { firebaseDefaults, webConfig } from './hosting/pageAdaptation.ts';

/** Names of the buckets that exist from the start. */
export const bucketNames = (
  projectId: string,
): { files: string; exports: string; exportsCopy: string; checkpoints: string; keysBackup: string; keysBackupCopy: string } => ({
  files: `${projectId}-files`,
  exports: `${projectId}-exports`,
  exportsCopy: `${projectId}-exports-copy`,
  checkpoints: `${projectId}-checkpoints`,
  keysBackup: `${projectId}-keys-backup`,
  keysBackupCopy: `${projectId}-keys-backup-copy`,
});

/**
 * The environment that points the official clients at loopback. Every variable is either documented by its client,
 * set by Cloud Functions in production too, or an address that production leaves at its default.
 */
export function environmentFor(options: {
  projectId: string;
  urls: CloudUrls;
  smtpUrl: string;
  credentialsFile: string;
  bankId: { readonly ca: string; readonly cert: string; readonly key: string };
}): Record<string, string> {
  const { projectId, urls } = options;
  const host = (url: string): string => new URL(url).host;
  const buckets = bucketNames(projectId);
  const hosts = { auth: host(urls.auth), firestore: host(urls.firestore) };
  return {
    GCLOUD_PROJECT: projectId,
    GOOGLE_CLOUD_PROJECT: projectId,
    FIREBASE_CONFIG: JSON.stringify({ projectId, storageBucket: buckets.files }),
    // Read by the Firebase web SDK, which functions use under the caller's own token.
    __FIREBASE_DEFAULTS__: Buffer.from(firebaseDefaults(projectId, hosts), 'base64url').toString(),
    WEB_API_KEY: webConfig(projectId)['apiKey'] ?? '',
    FIRESTORE_EMULATOR_HOST: hosts.firestore,
    FIREBASE_AUTH_EMULATOR_HOST: hosts.auth,
    CLOUD_TASKS_EMULATOR_HOST: host(urls.tasks),
    STORAGE_EMULATOR_HOST: urls.storage,
    KMS_ENDPOINT: urls.kms,
    FIRESTORE_ADMIN_ENDPOINT: urls.firestoreAdmin,
    SCHEDULER_ENDPOINT: urls.scheduler,
    SCHEDULER_CERTS_URL: `${urls.scheduler}/oauth2/v3/certs`,
    FUNCTIONS_URL: urls.functions,
    OPERATORS_MAIL: 'operators@valv.example',
    SMTP_URL: options.smtpUrl,
    MAIL_FROM: 'Valv <no-reply@valv.example>',
    APP_URL: urls.app,
    OIDC_LOOPBACK_ORIGIN: urls.oidc,
    BANKID_URL: urls.bankidApi,
    BANKID_LAUNCH_URL: `${urls.bankid}/launch`,
    BANKID_CA: options.bankId.ca,
    BANKID_CLIENT_CERT: options.bankId.cert,
    BANKID_CLIENT_KEY: options.bankId.key,
    FILES_BUCKET: buckets.files,
    EXPORTS_BUCKET: buckets.exports,
    EXPORTS_COPY_BUCKET: buckets.exportsCopy,
    CHECKPOINTS_BUCKET: buckets.checkpoints,
    AUDIT_ORIGIN: 'valv.localhost/audit',
    KEYS_BACKUP_BUCKET: buckets.keysBackup,
    KEYS_BACKUP_COPY_BUCKET: buckets.keysBackupCopy,
    GOOGLE_APPLICATION_CREDENTIALS: options.credentialsFile,
    // No client may look for a metadata server or go through a proxy.
    METADATA_SERVER_DETECTION: 'none',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}

/** Sets variables of this process; @returns the function that puts back what was there. */
export function setEnvironment(env: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(env).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** Writes variables for `node --env-file`, so that operators' commands can be tried on a local cloud. */
export function writeEnvironmentFile(file: string, env: Readonly<Record<string, string>>): void {
  // PEM texts are read with their line breaks spelled out.
  const lines = Object.entries(env).map(([name, value]) => `${name}='${value.replaceAll('\n', String.raw`\n`)}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}
