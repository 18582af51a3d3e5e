/**
 * What each deployed function is given and what its bundle carries. Written by hand beside the code: more memory, a secret
 * or a heavy package for a function is a decision that shows here.
 */

/** Packages that cost load time or reach far; a bundle carries one only where this table says so. */
export const heavyPackages = [
  'pdfkit',
  'yazl',
  'csv-parse',
  'stripe',
  '@zxcvbn-ts/language-common',
  'nodemailer',
  '@google-cloud/kms',
  '@google-cloud/storage',
  '@node-rs/argon2',
  '@firebase/firestore',
] as const;

/** One deployable. */
export type Deployable = {
  readonly trigger: 'callable' | 'https' | 'taskQueue' | 'schedule';
  readonly memoryMb: 256 | 512;
  readonly secrets: readonly string[];
  readonly carries: readonly (typeof heavyPackages)[number][];
  /** Files that it loads when it first needs them, never when it starts. */
  readonly later: readonly ('kms' | 'firestoreAdmin' | 'commonPasswords' | 'mail')[];
};

/** All of them. */
export const deployables: Readonly<Record<string, Deployable>> = {
  signUpBegin: {
    trigger: 'callable',
    memoryMb: 512,
    secrets: ['SMTP_URL'],
    carries: ['@node-rs/argon2'],
    later: ['commonPasswords', 'kms', 'mail'],
  },
  signInBegin: { trigger: 'callable', memoryMb: 512, secrets: ['SMTP_URL'], carries: ['@node-rs/argon2'], later: ['kms', 'mail'] },
  codeResend: { trigger: 'callable', memoryMb: 512, secrets: ['SMTP_URL'], carries: [], later: ['kms', 'mail'] },
  codeConfirm: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: ['kms'] },
  sessionExtend: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: [] },
  signOut: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: [] },
  getAccount: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: ['kms'] },
  listSessions: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: ['kms'] },
  endSession: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: [] },
  endOtherSessions: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: [] },
  updateAccount: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [], later: ['kms'] },
  bankIdStart: {
    trigger: 'callable',
    memoryMb: 256,
    secrets: ['BANKID_CLIENT_CERT', 'BANKID_CLIENT_KEY'],
    carries: ['@firebase/firestore'],
    later: ['kms'],
  },
  bankIdCollect: { trigger: 'callable', memoryMb: 256, secrets: ['BANKID_CLIENT_CERT', 'BANKID_CLIENT_KEY'], carries: [], later: ['kms'] },
  bankIdCancel: { trigger: 'callable', memoryMb: 256, secrets: ['BANKID_CLIENT_CERT', 'BANKID_CLIENT_KEY'], carries: [], later: ['kms'] },
  bankIdSignUp: { trigger: 'callable', memoryMb: 256, secrets: ['SMTP_URL'], carries: [], later: ['kms', 'mail'] },
  mailNotice: { trigger: 'taskQueue', memoryMb: 256, secrets: ['SMTP_URL'], carries: [], later: ['kms', 'mail'] },
  createOrganisation: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  listOrganisations: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  updateOrganisation: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  listMembers: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  changeMember: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  removeMember: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  leaveOrganisation: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  transferOwnership: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  listTeams: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  createTeam: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  renameTeam: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  removeTeam: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  listFolders: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  getFolder: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  createFolder: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  updateFolder: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  removeFolder: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  listDataSubjects: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  getDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  createDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  correctDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  revealFields: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  uploadImport: { trigger: 'https', memoryMb: 512, secrets: [], carries: ['@google-cloud/storage', '@firebase/firestore'], later: ['kms'] },
  previewImport: {
    trigger: 'callable',
    memoryMb: 512,
    secrets: [],
    carries: ['csv-parse', '@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  startImport: {
    trigger: 'callable',
    memoryMb: 256,
    secrets: [],
    carries: ['csv-parse', '@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  runImport: {
    trigger: 'taskQueue',
    memoryMb: 512,
    secrets: [],
    carries: ['csv-parse', '@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  startExtract: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  downloadExtract: {
    trigger: 'https',
    memoryMb: 512,
    secrets: [],
    carries: ['@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  runExtract: {
    trigger: 'taskQueue',
    memoryMb: 512,
    secrets: [],
    carries: ['pdfkit', 'yazl', '@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  previewErasure: {
    trigger: 'callable',
    memoryMb: 256,
    secrets: [],
    carries: ['@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  startErasure: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  runErasure: {
    trigger: 'taskQueue',
    memoryMb: 256,
    secrets: [],
    carries: ['@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  getErasureCertificate: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  publicKeys: { trigger: 'https', memoryMb: 256, secrets: [], carries: [], later: ['kms'] },
  pruneExpired: { trigger: 'schedule', memoryMb: 256, secrets: [], carries: ['@google-cloud/storage', '@firebase/firestore'], later: [] },
  dailyExport: { trigger: 'schedule', memoryMb: 512, secrets: [], carries: ['@google-cloud/storage'], later: ['firestoreAdmin'] },
  sweepJobs: { trigger: 'schedule', memoryMb: 256, secrets: [], carries: [], later: [] },
  acknowledgeAlarm: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  mailAlarm: { trigger: 'taskQueue', memoryMb: 256, secrets: ['SMTP_URL'], carries: [], later: ['kms', 'mail'] },
  liftReadBudget: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  plantCanary: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  listCanaries: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  removeCanary: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: ['kms'] },
  requestMassErasure: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  requestRegisterExport: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  decideApproval: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  withdrawApproval: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  listApprovals: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  startApproved: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'], later: [] },
  downloadRegisterExport: {
    trigger: 'https',
    memoryMb: 512,
    secrets: [],
    carries: ['@google-cloud/storage', '@firebase/firestore'],
    later: ['kms'],
  },
  runMassErasure: { trigger: 'taskQueue', memoryMb: 256, secrets: [], carries: ['@google-cloud/storage'], later: ['kms'] },
  runRegisterExport: { trigger: 'taskQueue', memoryMb: 512, secrets: [], carries: ['yazl', '@google-cloud/storage'], later: ['kms'] },
};
