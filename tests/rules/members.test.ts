import { membersSuites } from './cases/members.ts';
import { testSuites } from './support/hostile.ts';

testSuites(membersSuites);
