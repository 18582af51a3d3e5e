import { settingsSuites } from './cases/settings.ts';
import { testSuites } from './support/hostile.ts';

testSuites(settingsSuites);
