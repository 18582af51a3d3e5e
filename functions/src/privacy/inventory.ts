/** The inventory of personal data: every capability's declarations, and the collections that hold data about data subjects. */
import { auditPersonalData } from '../audit/personalData.ts';
import { documentsPersonalData } from '../documents/personalData.ts';
import { identityPersonalData } from '../identity/personalData.ts';
import { alarmsPersonalData } from '../orgs/alarms/personalData.ts';
import { orgsPersonalData } from '../orgs/personalData.ts';
import { platformPersonalData } from '../platform/personalData.ts';
import { registerPersonalData, registerSubjectCollections } from '../register/personalData.ts';
import type { PersonalDataDeclaration, SubjectCollection } from '../shared/personalData.ts';
import { privacyPersonalData, privacySubjectCollections } from './personalData.ts';

/** All declarations up to this capability. */
export const inventory: readonly PersonalDataDeclaration[] = [
  ...platformPersonalData,
  ...auditPersonalData,
  ...identityPersonalData,
  ...orgsPersonalData,
  ...alarmsPersonalData,
  ...registerPersonalData,
  ...documentsPersonalData,
  ...privacyPersonalData,
];

/** What extract and erasure run over. */
export const subjectCollections: readonly SubjectCollection[] = [...registerSubjectCollections, ...privacySubjectCollections];
