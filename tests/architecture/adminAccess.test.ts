import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { adminAccess } from './adminAccess.ts';
import { projectRoot, textOf } from './tree.ts';

const folder = 'functions/src/';
const files = globSync(`${folder}**/*.ts`, { cwd: projectRoot });
const namesOf = (pattern: RegExp): string[] =>
  files
    .filter((path) => pattern.test(textOf(path)))
    .map((path) => path.slice(folder.length))
    .toSorted();

describe('the Admin SDK', () => {
  test('is reached only through platform/firestore.ts, by the files on the list', () => {
    expect(namesOf(/from '((\.\.\/)+platform|\.)\/firestore\.ts'/)).toEqual(Object.keys(adminAccess).toSorted());
  });

  test('has a reason in each of them', () => {
    expect(Object.entries(adminAccess).filter(([, reason]) => reason.length < 15)).toEqual([]);
  });

  test('is opened nowhere else', () => {
    expect(namesOf(/\b(getFirestore|initializeApp|getApps)\b(?=.*from 'firebase-admin\/)/)).toEqual(['platform/firestore.ts']);
    expect(namesOf(/'@google-cloud\//)).toEqual(['platform/firestoreAdmin.ts', 'platform/kms.ts', 'platform/storage.ts']);
  });

  test('is not asked to act as an emulator or without verification', () => {
    expect(namesOf(/FIRESTORE_EMULATOR|AUTH_EMULATOR|FUNCTIONS_EMULATOR|connect\w+Emulator|isEmulator/)).toEqual([]);
  });
});
