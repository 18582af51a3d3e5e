import { registerSuites } from './cases/register.ts';
import { testSuites } from './support/hostile.ts';

testSuites(registerSuites);
