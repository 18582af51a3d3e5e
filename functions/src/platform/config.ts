/**
 * Where the outside world is: the one reader of the environment.
 *
 * Guarantees: a missing setting is an error that names it; a location outside the EU/EEA is refused.
 * Does not guarantee that a setting's value is reachable. In production the endpoints are unset and the official
 * clients use their own defaults.
 */
import { AppError } from '../shared/errors.ts';

/** Every Google Cloud location that Valv uses. Permanent once provisioned. */
export const locations = {
  firestore: 'europe-north2',
  functions: 'europe-north1',
  kms: 'europe-north2',
  exports: 'europe-north2',
  exportsCopy: 'europe-north1',
  keysBackup: 'europe-north2',
  keysBackupCopy: 'europe-north1',
  checkpoints: 'europe-north2',
} as const;

/** Google Cloud locations inside the EU. europe-west2 (London) and europe-west6 (Zürich) are outside it. */
const euLocations: ReadonlySet<string> = new Set([
  'eu',
  'europe',
  'eur3',
  'eur4',
  'europe-central2',
  'europe-north1',
  'europe-north2',
  'europe-southwest1',
  'europe-west1',
  'europe-west3',
  'europe-west4',
  'europe-west8',
  'europe-west9',
  'europe-west10',
  'europe-west12',
]);

/** Returns the location if it is inside the EU. Throws `backup/location-outside-eu` otherwise. */
export function needsEuLocation(location: string): string {
  if (!euLocations.has(location.toLowerCase())) {
    throw new AppError('backup/location-outside-eu', `location "${location}" is outside the EU`, { location });
  }
  return location;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new TypeError(`missing setting "${name}"`);
  return value;
}

function optional(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** PEM text; environment files write its line breaks as `\n`. */
const pem = (name: string): string => setting(name).replaceAll('\\n', '\n');

/** Id of the Google Cloud project. */
export const projectId = (): string => setting('GCLOUD_PROJECT');
/** The web app's public API key; identifies the project, grants nothing. */
export const webApiKey = (): string => setting('WEB_API_KEY');
/** Origin of the web app, e.g. `https://app.example.org`, for links in mail. */
export const appUrl = (): string => setting('APP_URL');
/** `smtp://` or `smtps://` address with credentials; a secret. */
export const smtpUrl = (): string => setting('SMTP_URL');
/** Sender of mail, e.g. `Valv <no-reply@example.org>`. */
export const mailFrom = (): string => setting('MAIL_FROM');
/** Where BankID's relying-party API is, e.g. `https://appapi2.test.bankid.com`. */
export const bankIdUrl = (): string => optional('BANKID_URL') ?? 'https://appapi2.bankid.com';
/** The certificate of the only authority that may vouch for that address; PEM. */
export const bankIdCa = (): string => pem('BANKID_CA');
/** The relying party's certificate and its private key; PEM, secrets. */
export const bankIdClient = (): { readonly cert: string; readonly key: string } => ({
  cert: pem('BANKID_CLIENT_CERT'),
  key: pem('BANKID_CLIENT_KEY'),
});
/** Where the BankID app is launched on the same device, when that is not BankID's own address. */
export const bankIdLaunchUrl = (): string | undefined => optional('BANKID_LAUNCH_URL');
/** The only http origin that may be an organisation's identity provider, e.g. one on loopback; undefined for none. */
export const oidcLoopbackOrigin = (): string | undefined => optional('OIDC_LOOPBACK_ORIGIN');
/** Bucket of sealed files: uploads and extracts. */
export const filesBucket = (): string => setting('FILES_BUCKET');
/** Bucket of daily exports. */
export const exportsBucket = (): string => setting('EXPORTS_BUCKET');
/** Bucket in a second region that holds the same as {@link exportsBucket}. */
export const exportsCopyBucket = (): string => setting('EXPORTS_COPY_BUCKET');
/** Bucket of exports of the database of keys. */
export const keysBackupBucket = (): string => setting('KEYS_BACKUP_BUCKET');
/** Bucket in a second region that holds the same as {@link keysBackupBucket}. */
export const keysBackupCopyBucket = (): string => setting('KEYS_BACKUP_COPY_BUCKET');
/** Where alarms about the service's own jobs are mailed; undefined for nowhere but the log. */
export const operatorsMail = (): string | undefined => optional('OPERATORS_MAIL');

/** Name of the service account, before the `@`, that may start schedules and nothing else. */
export const schedulerAccountId = 'schedules';
/** E-mail of that service account. */
export const schedulerAccount = (): string => `${schedulerAccountId}@${projectId()}.iam.gserviceaccount.com`;
/** Base of the functions' own addresses, without a slash at the end: what tokens of Cloud Scheduler are made for. */
export const functionsUrl = (): string => optional('FUNCTIONS_URL') ?? `https://${locations.functions}-${projectId()}.cloudfunctions.net`;
/** Where Google publishes the keys with which it signs OIDC tokens. */
export const schedulerCertsUrl = (): string => optional('SCHEDULER_CERTS_URL') ?? 'https://www.googleapis.com/oauth2/v3/certs';
/** Bucket that keeps checkpoints of the audit log, under a retention policy that nobody can shorten. */
export const checkpointsBucket = (): string => setting('CHECKPOINTS_BUCKET');
/** Name of this installation's log of audit heads, which is also the name of the key that signs it, e.g. `valv.example/audit`. */
export const auditOrigin = (): string => setting('AUDIT_ORIGIN');

/** Where a Google API is served, when that is not its public address, e.g. a regional or private endpoint. */
export type ApiEndpoint = { readonly apiEndpoint: string; readonly port: number; readonly protocol: 'http' | 'https' };

function endpoint(name: string): ApiEndpoint | undefined {
  const value = optional(name);
  if (value === undefined) return undefined;
  const url = new URL(value);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  return { apiEndpoint: url.hostname, port: Number(url.port || (protocol === 'http' ? 80 : 443)), protocol };
}

/** Endpoint of Cloud KMS, or undefined for the public one. */
export const kmsEndpoint = (): ApiEndpoint | undefined => endpoint('KMS_ENDPOINT');
/** Endpoint of Cloud Scheduler, or undefined for the public one. */
export const schedulerEndpoint = (): ApiEndpoint | undefined => endpoint('SCHEDULER_ENDPOINT');
/** Endpoint of the Firestore Admin API, or undefined for the public one. */
export const firestoreAdminEndpoint = (): ApiEndpoint | undefined => endpoint('FIRESTORE_ADMIN_ENDPOINT');
