import { organisationSuites } from './cases/organisation.ts';
import { testSuites } from './support/hostile.ts';

testSuites(organisationSuites);
