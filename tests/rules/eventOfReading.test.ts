import { eventOfReadingSuites } from './cases/eventOfReading.ts';
import { testSuites } from './support/hostile.ts';

testSuites(eventOfReadingSuites);
