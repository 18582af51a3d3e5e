import { eventOfChangeSuites } from './cases/eventOfChange.ts';
import { testSuites } from './support/hostile.ts';

testSuites(eventOfChangeSuites);
