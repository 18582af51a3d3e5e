import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getFunctions } from 'firebase-admin/functions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setEnvironment } from '../../../infra/local/environment.ts';
import { backoffMs } from '../../../infra/local/tasks/taskQueue.ts';
import { pagesOf } from '../../../infra/local/firestore/adminRest.ts';
import { withLocalCloud } from '../../support/localCloud.ts';

const FUNCTIONS = new URL('./functions.fixture.ts', import.meta.url).pathname;
const local = withLocalCloud({ functionsEntry: FUNCTIONS, functionsMode: 'ownProcess' });
let app: App;
let restore: () => void;

beforeAll(() => {
  restore = setEnvironment(local.cloud.env);
  app = initializeApp({}, 'tasks-test');
});
afterAll(async () => {
  await deleteApp(app);
  restore();
});
beforeEach(() => local.cloud.faults.clear());

const enqueue = (data: { name: string; failures: number }, id?: string): Promise<void> =>
  getFunctions(app)
    .taskQueue('locations/europe-north1/functions/work')
    .enqueue(data, id === undefined ? {} : { id });

/** Attempts that the function itself recorded, by the retry counts it was told. */
async function attempts(name: string): Promise<number[]> {
  const counts: number[] = [];
  for await (const page of pagesOf(local.cloud.urls.firestore, `projects/${local.cloud.projectId}/databases/(default)`)) {
    for (const { fields } of page) {
      const { name: named, retryCount } = (fields ?? {}) as Record<string, { stringValue?: string; integerValue?: string }>;
      if (named?.stringValue === name) counts.push(Number(retryCount?.integerValue));
    }
  }
  return counts.toSorted((a, b) => a - b);
}

describe('a task', () => {
  test('reaches its function once when it succeeds', async () => {
    await enqueue({ name: 'simple', failures: 0 });
    await local.cloud.tasks.drained(10_000);
    expect(await attempts('simple')).toEqual([0]);
  }, 20_000);

  test('is tried again until it succeeds, and told how often', async () => {
    await enqueue({ name: 'stubborn', failures: 2 });
    await local.cloud.tasks.drained(10_000);
    expect(await attempts('stubborn')).toEqual([0, 1, 2]);
  }, 20_000);

  test('is given up after maxAttempts', async () => {
    await enqueue({ name: 'hopeless', failures: 99 });
    await local.cloud.tasks.drained(20_000);
    expect(await attempts('hopeless')).toEqual([0, 1, 2, 3]);
    expect(local.cloud.tasks.dead).toHaveLength(1);
  }, 30_000);

  test('of the same id is refused, also after the first is done', async () => {
    await enqueue({ name: 'unique', failures: 0 }, 'the-one');
    await local.cloud.tasks.drained(10_000);
    await expect(enqueue({ name: 'unique', failures: 0 }, 'the-one')).rejects.toMatchObject({ code: 'functions/task-already-exists' });
    expect(await attempts('unique')).toEqual([0]);
  }, 20_000);

  test('survives the death of the functions and runs when they are back', async () => {
    await local.cloud.killFunctions();
    await enqueue({ name: 'patient', failures: 0 });
    expect(local.cloud.tasks.pending()).toHaveLength(1);
    await local.cloud.restartFunctions();
    await local.cloud.tasks.drained(20_000);
    expect(await attempts('patient')).toHaveLength(1);
  });
});

describe('faults of a dispatch', () => {
  test('a duplicate is delivered twice', async () => {
    local.cloud.faults.inject({ service: 'tasks', match: 'dispatch', kind: 'duplicate', times: 1 });
    await enqueue({ name: 'twice', failures: 0 });
    await local.cloud.tasks.drained(10_000);
    expect(await attempts('twice')).toHaveLength(2);
  }, 20_000);

  test('a lost answer makes a second delivery of what was done', async () => {
    local.cloud.faults.inject({ service: 'tasks', match: 'dispatch', kind: 'late-success', times: 1 });
    await enqueue({ name: 'lost', failures: 0 });
    await local.cloud.tasks.drained(10_000);
    expect(await attempts('lost')).toEqual([0, 1]);
  }, 20_000);

  test('a delivery that never arrived is made again', async () => {
    local.cloud.faults.inject({ service: 'tasks', match: 'dispatch', kind: 'reset', times: 2 });
    await enqueue({ name: 'delayed', failures: 0 });
    await local.cloud.tasks.drained(10_000);
    expect(await attempts('delayed')).toEqual([2]);
  }, 20_000);

  test('a refused creation is an error to the caller and no task', async () => {
    local.cloud.faults.inject({ service: 'tasks', match: 'createTask', kind: '429', times: 1 });
    await expect(enqueue({ name: 'refused', failures: 0 })).rejects.toThrow();
    await local.cloud.tasks.drained(5_000);
    expect(await attempts('refused')).toEqual([]);
  }, 20_000);
});

test('backoff doubles from the smallest to the largest', () => {
  const config = { minBackoffSeconds: 20, maxBackoffSeconds: 100 };
  expect([1, 2, 3, 4, 5].map((attempt) => backoffMs(attempt, config))).toEqual([400, 800, 1600, 2000, 2000]);
  expect(backoffMs(1, {})).toBe(200);
});
