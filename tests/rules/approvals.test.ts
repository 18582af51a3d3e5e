import { approvalsSuites } from './cases/approvals.ts';
import { testSuites } from './support/hostile.ts';

testSuites(approvalsSuites);
