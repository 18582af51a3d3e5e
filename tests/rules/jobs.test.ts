import { jobsSuites } from './cases/jobs.ts';
import { testSuites } from './support/hostile.ts';

testSuites(jobsSuites);
