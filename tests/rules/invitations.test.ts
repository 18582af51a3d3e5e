import { invitationsSuites } from './cases/invitations.ts';
import { testSuites } from './support/hostile.ts';

testSuites(invitationsSuites);
