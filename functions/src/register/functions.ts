/** Binds the callables of the register to its use cases. */
import { memberCallable } from '../orgs/memberCallable.ts';
import { systemClock } from '../platform/clock.ts';
import { registerCallables } from './contract.ts';
import { getDataSubject as get, listDataSubjects as list, revealFields as reveal } from './readPersons.ts';
import { correctDataSubject as correct, createDataSubject as create } from './writePersons.ts';

export const listDataSubjects = memberCallable(registerCallables, 'listDataSubjects', 'register.read', {}, (actor, input) => list(actor, input, systemClock));

export const getDataSubject = memberCallable(registerCallables, 'getDataSubject', 'register.read', {}, (actor, input) => get(actor, input.dataSubjectId));

export const createDataSubject = memberCallable(registerCallables, 'createDataSubject', 'register.write', {}, async (actor, input) => ({
  dataSubjectId: await create(actor, input, systemClock),
}));

export const correctDataSubject = memberCallable(registerCallables, 'correctDataSubject', 'register.write', {}, async (actor, input) => ({
  version: await correct(actor, input, systemClock),
}));

export const revealFields = memberCallable(registerCallables, 'revealFields', 'register.reveal', {}, async (actor, input) => ({
  fields: await reveal(actor, input.dataSubjectId, input.fields),
}));
