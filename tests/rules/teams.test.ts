import { teamsSuites } from './cases/teams.ts';
import { testSuites } from './support/hostile.ts';

testSuites(teamsSuites);
