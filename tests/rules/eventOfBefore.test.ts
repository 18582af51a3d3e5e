import { eventOfBeforeSuites } from './cases/eventOfBefore.ts';
import { testSuites } from './support/hostile.ts';

testSuites(eventOfBeforeSuites);
