import type { BankIdService } from './bankid/bankIdService.ts';
import type { FirestoreEmulator } from './firestore/firestoreEmulator.ts';
import type { Endpoint } from './functionsHost/endpoints.ts';
import type { Faults } from './faults.ts';
import type { OidcService } from './oidc/oidcService.ts';
import type { MailStore } from './mail/mailStore.ts';
import type { SchedulerService } from './scheduler/schedulerService.ts';
import type { ObjectStore } from './storage/objectStore.ts';
import type { TaskQueue } from './tasks/taskQueue.ts';

/** Services that have a port of their own. */
export const PORT_NAMES = [
  'app',
  'mailbox',
  'smtp',
  'firestore',
  'auth',
  'functions',
  'kms',
  'storage',
  'tasks',
  'firestoreAdmin',
  'status',
  'bankid',
  'bankidApi',
  'oidc',
  'scheduler',
] as const;
/** One of {@link PORT_NAMES}. */
export type PortName = (typeof PORT_NAMES)[number];

/** Addresses of the services, each a URL without a slash at the end. */
export type CloudUrls = Record<Exclude<PortName, 'smtp'>, string>;

/** How to start a local cloud. */
export type LocalCloudOptions = {
  /** Default `valv-local`; tests use a random one each. */
  readonly projectId?: string;
  /** Folder for state that survives a restart; null keeps everything in memory and a folder removed at the end. */
  readonly stateDir: string | null;
  /** Module that exports the Cloud Functions; null for none. */
  readonly functionsEntry: string | null;
  /** `inProcess` sets this process's environment; `ownProcess` leaves it alone and can be killed. Default inProcess. */
  readonly functionsMode?: 'inProcess' | 'ownProcess';
  /** The built web application; null for none. */
  readonly hostingDir: string | null;
  /** Text file with the rules of `(default)`; default `firestore.rules` at the root. */
  readonly rulesFile?: string;
  /** Text file with the rules of `keys`; default `infra/keys.rules`. Where it is missing, everything is denied. */
  readonly keysRulesFile?: string;
  /** Default `firebase.json` at the root. */
  readonly firebaseJson?: string;
  /** Preferred ports; a taken one is replaced by a free one. */
  readonly fixedPorts?: Partial<Record<PortName, number>>;
  /** Services that run already: the jar of another local cloud, in which this project id gets its own rules. */
  readonly attach?: { readonly firestore?: string; readonly hasRules?: boolean };
  /** Makes the jobs of the table of schedules and runs them at their times, as Cloud Scheduler does. Default false. */
  readonly runSchedules?: boolean;
  /** The clock by which Firestore Admin judges moments that are asked for; default the system's. */
  readonly now?: () => Date;
  /** Variables for the functions besides those of {@link LocalCloud.env}. */
  readonly extraEnv?: Readonly<Record<string, string>>;
};

/** A running local cloud. */
export type LocalCloud = {
  readonly projectId: string;
  readonly urls: CloudUrls;
  /** What the functions, and official clients in general, need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly mail: MailStore;
  readonly storage: ObjectStore;
  readonly tasks: TaskQueue;
  readonly bankId: BankIdService;
  readonly oidc: OidcService;
  readonly scheduler: SchedulerService;
  /** Requests per operation of a service since the start; a copy. */
  counters(service: Exclude<PortName, 'smtp' | 'firestore'>): Record<string, number>;
  /** How each function is triggered. */
  endpoints(): ReadonlyMap<string, Endpoint>;
  /** Resolves when every event of a document that was changed before has been taken by its function; none come of an attached emulator. */
  eventsSettled(): Promise<void>;
  /** Version and checksum of the Firestore emulator; null for an attached one. */
  readonly firestoreEmulator: FirestoreEmulator | null;
  /** False at the first start in a state folder (or in memory), true when documents of an earlier run were loaded. */
  readonly restored: boolean;
  /** Starts a schedule now as Cloud Scheduler does, and waits for it. Throws when it answers with anything but success. */
  runSchedule(name: string): Promise<void>;
  /** Process id of the functions (ownProcess only); null otherwise. */
  functionsPid(): number | null;
  /** Kills the functions as a crash would (ownProcess only); the other services live on. */
  killFunctions(): Promise<void>;
  /** Starts killed functions again, at the same address. */
  restartFunctions(): Promise<void>;
  /** Writes all state now. */
  save(): Promise<void>;
  /** Ends everything that was started, in order, state saved. */
  stop(): Promise<void>;
};
