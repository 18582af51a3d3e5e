import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { identityCallables } from '../../functions/src/identity/contract.ts';
import { alarmsCallables } from '../../functions/src/orgs/alarms/contract.ts';
import { approvalCallables } from '../../functions/src/privacy/approvals/contract.ts';
import { membersCallables } from '../../functions/src/orgs/members/contract.ts';
import { invitationsCallables } from '../../functions/src/orgs/invitations/contract.ts';
import { teamsCallables } from '../../functions/src/orgs/teams/contract.ts';
import { recoveriesCallables } from '../../functions/src/orgs/recoveries/contract.ts';
import { reviewsCallables } from '../../functions/src/orgs/reviews/contract.ts';
import { documentsCallables } from '../../functions/src/documents/contract.ts';
import { supportCallables } from '../../functions/src/support/contract.ts';
import { receiptCallables } from '../../functions/src/orgs/auditLog/contract.ts';
import { identityProviderCallables } from '../../functions/src/orgs/identityProvider/contract.ts';
import { deployedFunctions } from '../../functions/src/index.ts';
import { orgsCallables } from '../../functions/src/orgs/contract.ts';
import { needsEuLocation, schedulerAccountId } from '../../functions/src/platform/config.ts';
import { schedules } from '../../functions/src/platform/schedules.ts';
import { privacyCallables } from '../../functions/src/privacy/contract.ts';
import { registerCallables } from '../../functions/src/register/contract.ts';
import { metafileOf } from '../../infra/build/functions.ts';
import { deployables, heavyPackages } from './deployables.ts';
import { projectRoot, textOf } from './tree.ts';

/** The members of the manifest that are looked at; the bundles' own `__endpoint`, written down by the build. */
type Endpoint = {
  region?: string[];
  availableMemoryMb?: number | null;
  maxInstances?: number | null;
  secretEnvironmentVariables?: { key: string }[];
  timeoutSeconds?: number | null;
  httpsTrigger?: { invoker?: string[] };
} & Record<string, unknown>;
type Rewrite = { source?: string; function?: { functionId: string; region?: string } };

/** The build that all tests use; vitest.config.ts has it made when a source is newer. */
const outDir = join(projectRoot, 'functions/dist');
const contracts = {
  ...identityCallables,
  ...orgsCallables,
  ...registerCallables,
  ...privacyCallables,
  ...alarmsCallables,
  ...approvalCallables,
  ...membersCallables,
  ...invitationsCallables,
  ...teamsCallables,
  ...recoveriesCallables,
  ...reviewsCallables,
  ...documentsCallables,
  ...supportCallables,
  ...identityProviderCallables,
  ...receiptCallables,
};
const rewrites = (JSON.parse(textOf('firebase.json')) as { hosting: { rewrites: Rewrite[] } }).hosting.rewrites;
let metafile: Metafile;
let endpoints: Record<string, Endpoint>;

beforeAll(() => {
  metafile = JSON.parse(readFileSync(metafileOf(outDir), 'utf8')) as Metafile; // written by the build
  endpoints = JSON.parse(readFileSync(join(outDir, 'endpoints.json'), 'utf8')) as Record<string, Endpoint>; // written by the build
});

const isSchedule = (name: string): boolean => deployables[name]?.trigger === 'schedule';
const triggerOf = (endpoint: Endpoint | undefined): string[] =>
  Object.keys(endpoint ?? {}).flatMap((key) => (key.endsWith('Trigger') ? [key.slice(0, -'Trigger'.length)] : []));
const named = <T>(value: (endpoint: Endpoint) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(endpoints).map(([name, endpoint]) => [name, value(endpoint)]));
const expected = <T>(value: (name: string) => T): Record<string, T> =>
  Object.fromEntries(Object.keys(deployables).map((name) => [name, value(name)]));

describe('the manifest', () => {
  test('has the deployables of the table, no more and no fewer', () => {
    expect(Object.keys(endpoints).toSorted()).toEqual(Object.keys(deployables).toSorted());
    expect(Object.keys(deployedFunctions).toSorted()).toEqual(Object.keys(deployables).toSorted());
  });

  test('gives each its own trigger, memory and secrets', () => {
    expect(named((endpoint) => triggerOf(endpoint))).toEqual(expected((name) => [isSchedule(name) ? 'https' : deployables[name]?.trigger]));
    expect(named((endpoint) => endpoint.availableMemoryMb)).toEqual(expected((name) => deployables[name]?.memoryMb));
    expect(named((endpoint) => (endpoint.secretEnvironmentVariables ?? []).map(({ key }) => key))).toEqual(
      expected((name) => deployables[name]?.secrets),
    );
  });

  test('runs everything in Finland, inside the EU', () => {
    expect(named(({ region }) => region)).toEqual(expected(() => ['europe-north1']));
    expect(needsEuLocation('europe-north1')).toBe('europe-north1');
  });

  test('bounds how many instances there may be', () => {
    const unbounded = Object.entries(endpoints).filter(([, { maxInstances }]) => typeof maxInstances !== 'number' || maxInstances > 20);
    expect(unbounded.map(([name]) => name)).toEqual([]);
  });

  test('starts by schedule what the table of schedules has, no more and no fewer, within its limits', () => {
    expect(Object.keys(deployables).filter(isSchedule).toSorted()).toEqual(Object.keys(schedules).toSorted());
    const limits = Object.fromEntries(
      Object.entries(endpoints).flatMap(([name, { timeoutSeconds }]) => (isSchedule(name) ? [[name, timeoutSeconds]] : [])),
    );
    expect(limits).toEqual(Object.fromEntries(Object.entries(schedules).map(([name, { deadlineSeconds }]) => [name, deadlineSeconds])));
  });

  test('lets nobody but the account of schedules start a schedule', () => {
    const invokers = Object.entries(endpoints).flatMap(([name, { httpsTrigger }]) => (isSchedule(name) ? [httpsTrigger?.invoker] : []));
    expect(new Set(invokers.map((members) => members?.join()))).toEqual(new Set(['schedules@']));
    expect(schedulerAccountId).toBe('schedules');
  });
});

describe('contract, function and address', () => {
  const byTrigger = (trigger: string): string[] => Object.keys(deployables).filter((name) => deployables[name]?.trigger === trigger);

  test('every callable of the contracts is deployed, and nothing else is callable', () => {
    expect(byTrigger('callable').toSorted()).toEqual(Object.keys(contracts).toSorted());
  });

  test('every function that a browser calls has an address in firebase.json, with its region', () => {
    const addressed = rewrites.flatMap((rewrite) => (rewrite.function === undefined ? [] : [rewrite.function]));
    expect(addressed.map(({ functionId }) => functionId).toSorted()).toEqual([...byTrigger('callable'), ...byTrigger('https')].toSorted());
    expect(addressed.filter(({ region }) => region !== 'europe-north1')).toEqual([]);
  });

  test('the address of a function is its name', () => {
    const odd = rewrites.filter((rewrite) => rewrite.function !== undefined && rewrite.source !== `/api/${rewrite.function.functionId}`);
    expect(odd.map(({ source }) => source)).toEqual(['/.well-known/valv-keys.json']);
  });
});

describe('each bundle', () => {
  const outputOf = (name: string): Metafile['outputs'][string] => {
    const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/functions/${name}.js`));
    if (output === undefined) throw new TypeError(`no bundle of "${name}"`);
    return output[1];
  };
  const inputsOf = (name: string): string[] => {
    const output = outputOf(name);
    const external = output.imports.flatMap((imported) => (imported.external === true ? [`node_modules/${imported.path}/`] : []));
    return [...Object.keys(output.inputs), ...external];
  };
  const carries = (name: string, packageName: string): boolean =>
    inputsOf(name).some((input) => input.includes(`node_modules/${packageName}/`));

  test('holds nothing of infra, tests or hosting', () => {
    const foreign = Object.keys(deployables).flatMap((name) => inputsOf(name).filter((input) => /^(infra|tests|hosting)\//.test(input)));
    expect(foreign).toEqual([]);
  });

  test('carries the heavy packages of the table and no other', () => {
    const found = expected((name) => heavyPackages.filter((packageName) => carries(name, packageName)));
    expect(found).toEqual(expected((name) => deployables[name]?.carries));
  });

  test('loads later what the table says, and nothing of that when it starts', () => {
    const later = (name: string): string[] =>
      outputOf(name).imports.flatMap(({ path, kind }) =>
        path.startsWith('../lazy/') ? [`${kind} of ${path.slice('../lazy/'.length, -'.js'.length)}`] : [],
      );
    const wanted = (name: string): string[] => (deployables[name]?.later ?? []).map((file) => `dynamic-import of ${file}`);
    expect(expected((name) => later(name).toSorted())).toEqual(expected((name) => wanted(name).toSorted()));
  });

  test('is about the sign-in without PDF, ZIP, CSV, files or payments', () => {
    expect(
      ['pdfkit', 'yazl', 'csv-parse', 'stripe', '@google-cloud/storage', '@firebase/firestore'].filter((name) =>
        carries('signInBegin', name),
      ),
    ).toEqual([]);
  });

  test('mentions no emulator of Valv and no address of a local run', () => {
    const suspicious = Object.keys(deployables).filter((name) =>
      /infra\/local|LocalCloud|KMS_EMULATOR|FIRESTORE_EMULATOR_JAR/.test(readFileSync(join(outDir, 'functions', `${name}.js`), 'utf8')),
    );
    expect(suspicious).toEqual([]);
  });
});
