/** The deployed surface: every function and the module that holds it. infra/build makes one bundle of each. */

/** Name of each deployed function → its module, from this folder. */
export const deployedFunctions = {
  signUpBegin: './identity/functions.ts',
  signInBegin: './identity/functions.ts',
  codeResend: './identity/functions.ts',
  codeConfirm: './identity/functions.ts',
  sessionExtend: './identity/functions.ts',
  signOut: './identity/functions.ts',
  getAccount: './identity/functions.ts',
  createOrganisation: './orgs/functions.ts',
  listOrganisations: './orgs/functions.ts',
  updateOrganisation: './orgs/functions.ts',
  listMembers: './orgs/functions.ts',
  acknowledgeAlarm: './orgs/alarms/functions.ts',
  mailAlarm: './orgs/alarms/functions.ts',
  listDataSubjects: './register/functions.ts',
  getDataSubject: './register/functions.ts',
  createDataSubject: './register/functions.ts',
  correctDataSubject: './register/functions.ts',
  revealFields: './register/functions.ts',
  uploadImport: './register/functions.ts',
  previewImport: './register/functions.ts',
  startImport: './register/functions.ts',
  runImport: './register/functions.ts',
  startExtract: './privacy/functions.ts',
  downloadExtract: './privacy/functions.ts',
  runExtract: './privacy/functions.ts',
  previewErasure: './privacy/functions.ts',
  startErasure: './privacy/functions.ts',
  runErasure: './privacy/functions.ts',
  getErasureCertificate: './privacy/functions.ts',
  publicKeys: './privacy/functions.ts',
  pruneExpired: './privacy/functions.ts',
  dailyExport: './backup/functions.ts',
  sweepJobs: './backup/functions.ts',
} as const satisfies Record<string, `./${string}/functions.ts`>;

/** The name of a deployed function. */
export type DeployedFunctionName = keyof typeof deployedFunctions;
