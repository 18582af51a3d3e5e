import { oversightSuites } from './cases/oversight.ts';
import { testSuites } from './support/hostile.ts';

testSuites(oversightSuites);
