/** Every change that a member can make, good as it is, each about documents of its own. */
import {
  correctDataSubject,
  createDataSubject,
  createUpload,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
} from './commits.ts';
import { dataSubjectDoc, type Fields, uploadDoc } from './documents.ts';
import type { Prepared } from './hostile.ts';
import { randomId } from './ids.ts';
import { organisationOf, type Scene } from './scene.ts';

/** Makes a good commit; `over` changes the fields of the changed document. */
export type Change = (scene: Scene, over: Fields) => Prepared;

const role = 'administrator';

/** By the action that the commit's event records. */
export const changes = {
  'orgs.organisation.update': (scene, over) => {
    const orgId = randomId();
    return { role, writes: updateOrganisation(scene.writers[role], orgId, 1, over), seeds: organisationOf(scene, orgId) };
  },
  'register.dataSubject.create': (scene, over) => ({ role, writes: createDataSubject(scene.writers[role], scene.orgId, over), seeds: [] }),
  'register.dataSubject.correct': (scene, over) => {
    const id = randomId();
    return {
      role,
      writes: correctDataSubject(scene.writers[role], scene.orgId, id, 1, over),
      seeds: [[`orgs/${scene.orgId}/dataSubjects/${id}`, dataSubjectDoc()]],
    };
  },
  'register.import.upload': (scene, over) => ({ role, writes: createUpload(scene.writers[role], scene.orgId, over), seeds: [] }),
  'register.import.start': (scene, over) => {
    const id = randomId();
    return {
      role,
      writes: startImport(scene.writers[role], scene.orgId, id, over),
      seeds: [[`orgs/${scene.orgId}/uploads/${id}`, uploadDoc(scene.writers[role].accountId)]],
    };
  },
  'privacy.extract.start': (scene, over) => {
    const id = randomId();
    return {
      role,
      writes: startExtract(scene.writers[role], scene.orgId, id, over),
      seeds: [[`orgs/${scene.orgId}/dataSubjects/${id}`, dataSubjectDoc()]],
    };
  },
  'privacy.erasure.start': (scene, over) => {
    const id = randomId();
    return {
      role,
      writes: startErasure(scene.writers[role], scene.orgId, id, 1, over),
      seeds: [[`orgs/${scene.orgId}/dataSubjects/${id}`, dataSubjectDoc()]],
    };
  },
} as const satisfies Record<string, Change>;

/** The name of a change. */
export type ChangeName = keyof typeof changes;

/** Prepares a change as it should be, or with other fields in the changed document. */
export const prepareChange =
  (name: ChangeName, over: Fields = {}) =>
  (scene: Scene): Prepared =>
    changes[name](scene, over);

/** All names. */
// Object.keys gives exactly the keys of the constant above.
export const changeNames = Object.keys(changes) as readonly ChangeName[];
