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
};

/** All of them. */
export const deployables: Readonly<Record<string, Deployable>> = {
  signUpBegin: {
    trigger: 'callable',
    memoryMb: 512,
    secrets: ['SMTP_URL'],
    carries: ['@zxcvbn-ts/language-common', 'nodemailer', '@google-cloud/kms', '@node-rs/argon2'],
  },
  signInBegin: {
    trigger: 'callable',
    memoryMb: 512,
    secrets: ['SMTP_URL'],
    carries: ['nodemailer', '@google-cloud/kms', '@node-rs/argon2'],
  },
  codeResend: { trigger: 'callable', memoryMb: 512, secrets: ['SMTP_URL'], carries: ['nodemailer', '@google-cloud/kms'] },
  codeConfirm: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms'] },
  sessionExtend: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [] },
  signOut: { trigger: 'callable', memoryMb: 256, secrets: [], carries: [] },
  getAccount: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms'] },
  createOrganisation: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  listOrganisations: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  updateOrganisation: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  listMembers: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  listDataSubjects: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  getDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  createDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  correctDataSubject: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  revealFields: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms', '@firebase/firestore'] },
  uploadImport: {
    trigger: 'https',
    memoryMb: 512,
    secrets: [],
    carries: ['@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  previewImport: {
    trigger: 'callable',
    memoryMb: 512,
    secrets: [],
    carries: ['csv-parse', '@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  startImport: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  runImport: {
    trigger: 'taskQueue',
    memoryMb: 512,
    secrets: [],
    carries: ['csv-parse', '@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  startExtract: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  downloadExtract: {
    trigger: 'https',
    memoryMb: 512,
    secrets: [],
    carries: ['@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  runExtract: {
    trigger: 'taskQueue',
    memoryMb: 512,
    secrets: [],
    carries: ['pdfkit', 'yazl', '@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  previewErasure: {
    trigger: 'callable',
    memoryMb: 256,
    secrets: [],
    carries: ['@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  startErasure: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  runErasure: {
    trigger: 'taskQueue',
    memoryMb: 256,
    secrets: [],
    carries: ['@google-cloud/kms', '@google-cloud/storage', '@firebase/firestore'],
  },
  getErasureCertificate: { trigger: 'callable', memoryMb: 256, secrets: [], carries: ['@firebase/firestore'] },
  publicKeys: { trigger: 'https', memoryMb: 256, secrets: [], carries: ['@google-cloud/kms'] },
  pruneExpired: { trigger: 'schedule', memoryMb: 256, secrets: [], carries: ['@google-cloud/storage', '@firebase/firestore'] },
  dailyExport: { trigger: 'schedule', memoryMb: 512, secrets: [], carries: ['@google-cloud/storage'] },
  sweepJobs: { trigger: 'schedule', memoryMb: 256, secrets: [], carries: [] },
};
