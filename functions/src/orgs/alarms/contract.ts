/** Alarms over the wire. Owners, administrators and auditors read `orgs/{orgId}/alarms` directly, under the rules. Browser-safe. */
import * as z from 'zod/mini';
import { idSchemas } from '../../shared/ids.ts';

/** What an alarm is about. */
export const alarmKinds = [
  /** `actorId` was shown as many persons as the read budget allows; `targetIds` is that member, `count` the refused calls. */
  'readBudgetSpent',
  /** `actorId` opened or exactly found a canary; `targetIds` are the canaries, `count` how often. */
  'canaryRead',
  /** Nobody reviewed who has access for too long. */
  'accessReviewDue',
  /** Two administrators let `targetIds` back into an account. */
  'recoveryApproved',
  /** `actorId` asks for a second person's decision; `targetIds` are the approvals. */
  'approvalRequested',
  /** `actorId` set or removed the organisation's identity provider; `targetIds` is the organisation. */
  'identityProviderChanged',
  /** Documents were changed past the log; `targetIds` are their ids, `count` how many. */
  'auditGap',
  /** Entries of the log are not as they were sealed; `targetIds` are the events, or the numbers of seals, `count` how many. */
  'auditDifference',
] as const;
/** One of {@link alarmKinds}. */
export type AlarmKind = (typeof alarmKinds)[number];

/** Callables of alarms. */
export const alarmsCallables = {
  /** Says that somebody has seen to it. An acknowledged one stays as it is: repeating the call is `shared/conflict`. */
  acknowledgeAlarm: { input: z.strictObject({ orgId: idSchemas.org, alarmId: idSchemas.alarm }), output: z.object({}) },
} as const;

/** An alarm as stored at `orgs/{orgId}/alarms/{alarmId}`. `At` is the database's instant type. */
export type AlarmDoc<At> = {
  readonly v: 1;
  readonly kind: AlarmKind;
  /** When it was raised; the same happening within the hour raises `count` instead. */
  readonly at: At;
  /** Account id of whose doing it is; null when it is nobody's. */
  readonly actorId: string | null;
  /** At most 100 ids; see {@link alarmKinds}. */
  readonly targetIds: readonly string[];
  readonly count: number;
  readonly state: 'open' | 'acknowledged';
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: At | null;
  /** Null until every owner and administrator has been mailed. */
  readonly mailedAt: At | null;
  /** Whom the mail has gone to already. */
  readonly mailedTo: readonly string[];
  /** The event of the acknowledgement. */
  readonly lastEventId: string | null;
};

/** The page of the web app that shows an organisation's alarms. */
export const alarmsPath = (orgId: string): string => `/o/${orgId}/alarms`;
