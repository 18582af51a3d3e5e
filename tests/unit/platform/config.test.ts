import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  exportsBucket,
  firestoreAdminEndpoint,
  kmsEndpoint,
  needsEuLocation,
  projectId,
  smtpUrl,
} from '../../../functions/src/platform/config.ts';

const names = ['GCLOUD_PROJECT', 'SMTP_URL', 'EXPORTS_BUCKET', 'KMS_ENDPOINT', 'FIRESTORE_ADMIN_ENDPOINT'];
let before: [string, string | undefined][];
beforeEach(() => {
  before = names.map((name) => [name, process.env[name]]);
  for (const name of names) Reflect.deleteProperty(process.env, name);
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

describe('a setting', () => {
  test('that is missing or empty is an error that names it', () => {
    expect(() => projectId()).toThrow('missing setting "GCLOUD_PROJECT"');
    process.env['SMTP_URL'] = '';
    expect(() => smtpUrl()).toThrow('missing setting "SMTP_URL"');
  });

  test('is read when it is asked for, not when the module loads', () => {
    process.env['EXPORTS_BUCKET'] = 'a';
    expect(exportsBucket()).toBe('a');
    process.env['EXPORTS_BUCKET'] = 'b';
    expect(exportsBucket()).toBe('b');
  });
});

describe('an endpoint', () => {
  test('that is not set leaves the official client its own', () => {
    expect(kmsEndpoint()).toBeUndefined();
    process.env['FIRESTORE_ADMIN_ENDPOINT'] = '';
    expect(firestoreAdminEndpoint()).toBeUndefined();
  });

  test.each([
    ['http://127.0.0.1:8085', { apiEndpoint: '127.0.0.1', port: 8085, protocol: 'http' }],
    ['http://127.0.0.1', { apiEndpoint: '127.0.0.1', port: 80, protocol: 'http' }],
    ['https://kms.europe-north2.rep.googleapis.com', { apiEndpoint: 'kms.europe-north2.rep.googleapis.com', port: 443, protocol: 'https' }],
  ])('%s is taken apart as the clients want it', (address, parts) => {
    process.env['KMS_ENDPOINT'] = address;
    expect(kmsEndpoint()).toEqual(parts);
  });

  test('that is no address is an error', () => {
    process.env['KMS_ENDPOINT'] = 'kms';
    expect(() => kmsEndpoint()).toThrow();
  });
});

test('the refusal of a location names it and is no accident', () => {
  expect(() => needsEuLocation('us-central1')).toThrow('location "us-central1" is outside the EU');
  expect(needsEuLocation('EUROPE-NORTH2')).toBe('EUROPE-NORTH2');
});
