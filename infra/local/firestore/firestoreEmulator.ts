// Guarantees: the emulator is the official one, bound to loopback, and does not outlive this process, even when
// this process is killed: its parent is a shell that ends it as soon as our end of a pipe is gone.
// Does not guarantee: composite indexes, token verification or quotas; the emulator has none of them.
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, LOOPBACK } from '../ports.ts';
import { findJar, sha256OfFile } from './findJar.ts';

const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
const READY_WITHIN_MS = 180_000;
/** Runs its arguments and ends them when standard input closes. */
const WATCHDOG = 'exec 3<&0; "$@" </dev/null & J=$!; (cat <&3 >/dev/null; kill $J 2>/dev/null) & wait $J';

/** A running emulator. */
export type FirestoreEmulator = {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly jar: string;
  /** Text of `--version`, read after the start; empty until then. */
  describe(): Promise<string>;
  stop(): Promise<void>;
};

/** How to start it. */
export type Start = {
  readonly rulesFile: string | null;
  readonly port?: number | undefined;
  readonly functionsPort?: number | undefined;
  /** It will work for many minutes alone, so that its thorough compiler pays for what it takes. Default false. */
  readonly isLongLived?: boolean;
};

/** Starts the jar and waits until it answers. Throws what to install when Java or the jar is missing. */
export async function startFirestoreEmulator(options: Start): Promise<FirestoreEmulator> {
  const [jar, port] = await Promise.all([findJar(process.env), freePort(options.port)]);
  const child = spawnJar(jar, port, options);
  const tail = keepTail(child);
  const url = `http://${LOOPBACK}:${port}`;
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(explainExit(code, tail()))));
  });
  gone.catch(() => undefined);
  await Promise.race([gone, untilReady(url)]);
  return {
    host: `${LOOPBACK}:${port}`,
    port,
    url,
    jar,
    describe: async () => `${await versionOf(jar)}, sha256 ${await sha256OfFile(jar)}`,
    stop: () => stopChild(child),
  };
}

function spawnJar(jar: string, port: number, options: Start): ChildProcess {
  const java = process.env['JAVA_HOME'] ? `${process.env['JAVA_HOME']}/bin/java` : 'java';
  const args = [
    '-Xmx4g',
    '-XX:+UseSerialGC',
    // It makes much garbage in little time: collected seldom, most of it is gone by then.
    '-Xmn256m',
    // With others beside, the thorough compiler takes half of the processors for minutes.
    ...(options.isLongLived === true ? [] : ['-XX:TieredStopAtLevel=1']),
    '-Duser.language=en',
    '-cp',
    jar,
    MAIN_CLASS,
    '--host',
    LOOPBACK,
    '--port',
    String(port),
    ...(options.rulesFile === null ? [] : ['--rules', options.rulesFile]),
    ...(options.functionsPort === undefined ? [] : ['--functions_emulator', `${LOOPBACK}:${options.functionsPort}`]),
  ];
  return spawn('/bin/sh', ['-c', WATCHDOG, 'firestore', java, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Of its own process group: Ctrl-C in the terminal must not end the emulator before its state is saved.
    detached: true,
  });
}

function keepTail(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text;
}

function explainExit(code: number | null, output: string): string {
  if (code === 127) return 'Java was not found; install a Java runtime 17 or later (apt-get install openjdk-17-jre-headless)';
  return `the Firestore emulator ended with code ${String(code)}:\n${output}`;
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await wait(50);
  }
  throw new Error(`the Firestore emulator did not answer within ${READY_WITHIN_MS / 1000} s`);
}

function versionOf(jar: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', jar, MAIN_CLASS, '--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('close', () => resolve(text.trim() || 'unknown version'));
    child.once('error', () => resolve('unknown version'));
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await Promise.race([ended, wait(10_000, undefined, { ref: false })]);
}
