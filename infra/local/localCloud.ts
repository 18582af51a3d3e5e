// Guarantees: everything started here listens on loopback, is real enough for the official clients unchanged, and is
// ended by stop(). Does not guarantee: production's isolation between services; all but the emulator are one process.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startAuth } from './auth/authEmulator.ts';
import { startBankId } from './bankid/bankIdService.ts';
import type { CloudUrls, LocalCloud, LocalCloudOptions, PortName } from './cloudTypes.ts';
import { writeServiceAccount } from './credentials.ts';
import { bucketNames, environmentFor, writeEnvironmentFile } from './environment.ts';
import { createFaults, type Faults } from './faults.ts';
import { startEventRelay } from './firestore/eventRelay.ts';
import { startFirestore } from './firestore/firestoreService.ts';
import { registerTriggers } from './firestore/triggers.ts';
import { startFirestoreAdmin } from './firestoreAdmin/firestoreAdminService.ts';
import { type FunctionsRunner, noFunctions, runInOwnProcess, runInProcess } from './functionsHost/functionsRunner.ts';
import { startHosting } from './hosting/hostingService.ts';
import type { LoopbackService } from './http.ts';
import { writeJsonFile } from './jsonFile.ts';
import { startKms } from './kms/kmsService.ts';
import { startMail } from './mail/mailboxService.ts';
import { startOidc } from './oidc/oidcService.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { backupBuckets, bucketSettings } from '../provision/bucketSettings.ts';
import { lockedCheckpoints } from '../provision/checkpointsSettings.ts';
import { runScheduleAt } from './scheduler/runSchedule.ts';
import { startScheduler } from './scheduler/schedulerService.ts';
import { startStatus } from './status/statusService.ts';
import { startStorage } from './storage/storageService.ts';
import { startTasks } from './tasks/tasksService.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts a local cloud and waits until every service answers.
 * Throws, with nothing left running, when one cannot start; the message says what to install or repair.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    return await start(options, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

type Undo = (() => Promise<void> | void)[];

async function start(options: LocalCloudOptions, undo: Undo, stop: () => Promise<void>): Promise<LocalCloud> {
  const projectId = options.projectId ?? 'valv-local';
  const faults = createFaults();
  const base = await startBackends(options, projectId, faults, undo);
  const { urls, env, firestore } = base;
  const functions = await startFunctions(options, base, faults, undo);
  urls.functions = functions.url() ?? '';
  if (base.events !== null) await registerTriggers(urls.firestore, projectId, functions.endpoints());
  const runSchedule = (name: string): Promise<void> => runScheduleAt(functions.url(), base.scheduler.signer, projectId, name);
  const counters = (service: keyof CloudUrls): Record<string, number> =>
    Object.fromEntries(service === 'functions' ? functions.counters() : (base.services[service]?.counters ?? []));
  const status = await startStatus({
    faults,
    projectId,
    urls: () => urls,
    counters,
    runSchedule,
    ...port(options, 'status'),
  });
  undo.push(() => status.stop());
  urls.status = status.url;
  if (options.runSchedules === true) {
    await provisionLocally(env);
    base.scheduler.keepTime();
  }
  if (options.stateDir !== null) {
    writeJsonFile(join(options.stateDir, 'local.json'), { projectId, ...urls });
    writeEnvironmentFile(join(options.stateDir, 'local.env'), env);
  }
  return {
    projectId,
    urls,
    env,
    faults,
    counters,
    runSchedule,
    stop,
    mail: base.mail.store,
    storage: base.storage.store,
    tasks: base.tasks.queue,
    bankId: base.bankId,
    oidc: base.oidc,
    scheduler: base.scheduler,
    endpoints: () => functions.endpoints(),
    eventsSettled: async () => base.events?.settled(),
    firestoreEmulator: firestore.emulator,
    restored: firestore.restored,
    functionsPid: () => functions.pid(),
    killFunctions: () => functions.kill(),
    restartFunctions: () => functions.restart(),
    save: () => firestore.save(),
  };
}

/** Starts everything that functions need, and the web server in front of them. */
async function startBackends(options: LocalCloudOptions, projectId: string, faults: Faults, undo: Undo) {
  let functions: FunctionsRunner = noFunctions();
  const current = (): FunctionsRunner => functions;
  const workDir = folderFor(options, undo);
  const credentialsFile = join(workDir, 'service-account.json');
  const stateDir = options.stateDir === null ? null : workDir;
  const keep = async <S extends { stop(): Promise<void> }>(starting: Promise<S>): Promise<S> => {
    const service = await starting;
    undo.push(() => service.stop());
    return service;
  };
  const functionsPort = await freePort(options.fixedPorts?.functions);
  // An attached emulator posts its events to those it was started for.
  const events = options.attach?.firestore === undefined ? await keep(startEventRelay(() => functions.url())) : null;
  const jar = startFirestore({
    projectId,
    stateDir,
    eventsPort: events?.port,
    attach: options.attach?.firestore,
    hasRules: options.attach?.hasRules === true,
    port: options.fixedPorts?.firestore,
    rulesFile: options.rulesFile ?? join(ROOT, 'firestore.rules'),
    keysRulesFile: options.keysRulesFile ?? join(ROOT, 'infra/keys.rules'),
  }).then((started) => (undo.push(() => started.stop()), started));
  const starting = [
    keep(startKms({ faults, stateDir, ...port(options, 'kms') })),
    keep(
      startStorage({
        faults,
        dir: workDir,
        temporary: stateDir === null,
        buckets: Object.values(bucketNames(projectId)),
        settings: settingsOfBuckets(projectId),
        ...port(options, 'storage'),
      }),
    ),
    keep(
      startMail({
        faults,
        ...port(options, 'mailbox'),
        ...(options.fixedPorts?.smtp === undefined ? {} : { smtpPort: options.fixedPorts.smtp }),
      }),
    ),
    keep(startAuth({ projectId, stateDir, faults, ...port(options, 'auth') })),
    keep(
      startTasks({
        faults,
        stateDir,
        ...port(options, 'tasks'),
        target: { functionsUrl: () => functions.url(), endpoint: (name) => functions.endpoints().get(name) },
      }),
    ),
    keep(startBankId({ faults, stateDir, ...port(options, 'bankid'), ...bankIdApiPort(options) })),
    keep(startOidc({ faults, ...port(options, 'oidc') })),
    keep(startScheduler({ faults, stateDir, ...port(options, 'scheduler') })),
    jar,
    writeServiceAccount(credentialsFile, projectId),
  ] as const;
  await Promise.allSettled(starting); // So that a failure leaves nothing that starts later.
  const [kms, storage, mail, auth, tasks, bankId, oidc, scheduler, firestore] = await Promise.all(starting);
  const firestoreAdmin = await keep(
    startFirestoreAdmin({
      faults,
      firestoreUrl: firestore.url,
      store: storage.store,
      stateDir,
      ...port(options, 'firestoreAdmin'),
      ...(options.now === undefined ? {} : { now: options.now }),
    }),
  );
  const app = await keep(
    startHosting({
      faults,
      projectId,
      firebaseJson: options.firebaseJson ?? join(ROOT, 'firebase.json'),
      hostingDir: options.hostingDir,
      hosts: { auth: new URL(auth.url).host, firestore: new URL(firestore.url).host },
      functionsUrl: () => functions.url(),
      hasFunction: (name) => functions.endpoints().has(name),
      ...port(options, 'app'),
    }),
  );
  const services: Partial<Record<PortName, LoopbackService>> = {
    kms,
    storage,
    mailbox: mail,
    auth,
    tasks,
    firestoreAdmin,
    app,
    bankid: bankId,
    bankidApi: bankId.api,
    oidc,
    scheduler,
  };
  const urls = addresses(services, firestore.url, functionsPort);
  const env = {
    ...environmentFor({ projectId, urls, smtpUrl: mail.smtpUrl, credentialsFile, bankId: bankId.relyingParty }),
    ...options.extraEnv,
  };
  return {
    urls,
    env,
    services,
    firestore,
    mail,
    storage,
    tasks,
    bankId,
    oidc,
    scheduler,
    functionsPort,
    events,
    current,
    use: (started: FunctionsRunner) => (functions = started),
  };
}

/** Where everything is; the status page, which starts last, is not there yet. */
function addresses(services: Partial<Record<PortName, LoopbackService>>, firestore: string, functionsPort: number): CloudUrls {
  const of = (name: PortName): string => services[name]?.url ?? '';
  return {
    app: of('app'),
    mailbox: of('mailbox'),
    firestore,
    auth: of('auth'),
    functions: `http://${LOOPBACK}:${functionsPort}`,
    kms: of('kms'),
    storage: of('storage'),
    tasks: of('tasks'),
    firestoreAdmin: of('firestoreAdmin'),
    status: '',
    bankid: of('bankid'),
    bankidApi: of('bankidApi'),
    oidc: of('oidc'),
    scheduler: of('scheduler'),
  };
}

async function startFunctions(
  options: LocalCloudOptions,
  base: Awaited<ReturnType<typeof startBackends>>,
  faults: Faults,
  undo: Undo,
): Promise<FunctionsRunner> {
  if (options.functionsEntry === null) return noFunctions();
  const run = options.functionsMode === 'ownProcess' ? runInOwnProcess : runInProcess;
  const functions = await run({ entry: resolve(options.functionsEntry), env: base.env, faults, port: base.functionsPort });
  undo.push(() => functions.stop());
  base.use(functions);
  return functions;
}

function folderFor(options: LocalCloudOptions, undo: Undo): string {
  if (options.stateDir !== null) {
    mkdirSync(options.stateDir, { recursive: true });
    return resolve(options.stateDir);
  }
  const dir = mkdtempSync(join(tmpdir(), 'valv-local-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** What the buckets of backups and checkpoints are made with, as an operator makes them. */
function settingsOfBuckets(projectId: string): Record<string, Record<string, unknown>> {
  const names = bucketNames(projectId);
  const backups = backupBuckets.map((kind) => [names[kind], bucketSettings(kind)] as const);
  return { ...Object.fromEntries(backups), [names.checkpoints]: lockedCheckpoints };
}

/** What an operator does after a deployment, by the same code, in a process of its own with the functions' environment. */
async function provisionLocally(env: Readonly<Record<string, string>>): Promise<void> {
  const script = join(ROOT, 'infra/provision/schedules.ts');
  await promisify(execFile)(process.execPath, [script], { env: { ...process.env, ...env } });
}

const port = (options: LocalCloudOptions, name: PortName): { port?: number } => {
  const preferred = options.fixedPorts?.[name];
  return preferred === undefined ? {} : { port: preferred };
};

const bankIdApiPort = (options: LocalCloudOptions): { apiPort?: number } => {
  const { port: apiPort } = port(options, 'bankidApi');
  return apiPort === undefined ? {} : { apiPort };
};
