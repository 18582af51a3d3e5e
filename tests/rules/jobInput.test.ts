import { jobInputSuites } from './cases/jobInput.ts';
import { testSuites } from './support/hostile.ts';

testSuites(jobInputSuites);
