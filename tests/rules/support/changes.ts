/** Every change that a member can make, good as it is, each about documents of its own. */
import type { Prepared } from './bends.ts';
import {
  correctDataSubject,
  createDataSubject,
  createUpload,
  startErasure,
  startExtract,
  startImport,
  updateOrganisation,
  type Writer,
} from './commits.ts';
import {
  changeMember,
  createFolder,
  createTeam,
  invite,
  leave,
  removeFolder,
  removeMember,
  removeTeam,
  renameTeam,
  resendInvitation,
  updateFolder,
  withdrawInvitation,
} from './commitsOfOrgs.ts';
import {
  acknowledgeAlarm,
  type ApprovalKind,
  completeReview,
  decideAccess,
  decideApproval,
  endGrant,
  grantSupport,
  plantCanary,
  removeCanary,
  requestApproval,
  startApproved,
  startReview,
  withdrawApproval,
} from './commitsOfOversight.ts';
import {
  alarmDoc,
  approvalDoc,
  canaryDoc,
  dataSubjectDoc,
  type Fields,
  folderDoc,
  grantDoc,
  invitationDoc,
  memberDoc,
  reviewDoc,
  teamDoc,
  uploadDoc,
} from './documents.ts';
import { randomId } from './ids.ts';
import { organisationOf, type Scene } from './scene.ts';
import type { Write } from './wire.ts';

/** Makes a good commit; `over` changes the fields of the changed document. */
export type Change = (scene: Scene, over: Fields) => Prepared;

const role = 'administrator';
type Make = (writer: Writer, orgId: string, id: string, over: Fields) => Write[];

/** A new document of an organisation. */
const creating =
  (make: (writer: Writer, orgId: string, over: Fields) => Write[]): Change =>
  (scene, over) => ({ role, writes: make(scene.writers[role], scene.orgId, over), seeds: [] });

/** A change of a document that stands in a collection of the organisation. */
const changing =
  (collection: string, stored: (scene: Scene) => Fields, make: Make): Change =>
  (scene, over) => {
    const id = randomId();
    return {
      role,
      writes: make(scene.writers[role], scene.orgId, id, over),
      seeds: [[`orgs/${scene.orgId}/${collection}/${id}`, stored(scene)]],
    };
  };

/** A change in an organisation of its own, because it changes the organisation's own document or one's own membership. */
const changingOrganisation =
  (make: (writer: Writer, orgId: string, over: Fields) => { writes: Write[]; seeds?: Prepared['seeds'] }): Change =>
  (scene, over) => {
    const orgId = randomId();
    const { writes, seeds = [] } = make(scene.writers[role], orgId, over);
    return { role, writes, seeds: [...organisationOf(scene, orgId), ...seeds] };
  };

const startingApproved = (kind: ApprovalKind): Change =>
  changing(
    'approvals',
    () => approvalDoc(randomId(), { kind, state: 'approved', version: 2 }),
    (writer, orgId, id, over) => startApproved(writer, orgId, id, kind, over),
  );

const own = (scene: Scene): string => scene.writers[role].accountId;

/** By the action that the commit's event records. */
export const changes = {
  'orgs.organisation.update': changingOrganisation((writer, orgId, over) => ({ writes: updateOrganisation(writer, orgId, 1, over) })),
  'orgs.member.update': changing(
    'members',
    () => memberDoc('editor'),
    (writer, orgId, id, over) => changeMember(writer, orgId, id, { role: 'reader', teamIds: [randomId()], ...over }),
  ),
  'orgs.member.remove': changing('members', () => memberDoc('editor'), removeMember),
  'orgs.member.leave': changingOrganisation((writer, orgId, over) => ({ writes: leave(writer, orgId, over) })),
  'orgs.invitation.create': creating(invite),
  'orgs.invitation.resend': changing('invitations', () => invitationDoc(), resendInvitation),
  'orgs.invitation.withdraw': changing('invitations', () => invitationDoc(), withdrawInvitation),
  'orgs.team.create': creating(createTeam),
  'orgs.team.update': changing('teams', () => teamDoc(), renameTeam),
  'orgs.team.remove': changing('teams', () => teamDoc(), removeTeam),
  'orgs.alarm.acknowledge': changing('alarms', () => alarmDoc(), acknowledgeAlarm),
  'orgs.accessReview.start': creating(startReview),
  'orgs.accessReview.decide': changing('accessReviews', () => reviewDoc(randomId()), decideAccess),
  'orgs.accessReview.complete': changingOrganisation((writer, orgId, over) => {
    const id = randomId();
    return { writes: completeReview(writer, orgId, id, over), seeds: [[`orgs/${orgId}/accessReviews/${id}`, reviewDoc(randomId())]] };
  }),
  'documents.folder.create': creating(createFolder),
  'documents.folder.update': changing('folders', () => folderDoc(), updateFolder),
  'documents.folder.remove': changing('folders', () => folderDoc(), removeFolder),
  'register.dataSubject.create': creating(createDataSubject),
  'register.dataSubject.correct': changing(
    'dataSubjects',
    () => dataSubjectDoc(),
    (writer, orgId, id, over) => correctDataSubject(writer, orgId, id, 1, over),
  ),
  'register.import.upload': creating(createUpload),
  'register.import.start': changing('uploads', (scene) => uploadDoc(own(scene)), startImport),
  'register.canary.create': creating(plantCanary),
  'register.canary.remove': changing('canaries', () => canaryDoc(randomId()), removeCanary),
  'privacy.extract.start': changing('dataSubjects', () => dataSubjectDoc(), startExtract),
  'privacy.erasure.start': changing(
    'dataSubjects',
    () => dataSubjectDoc(),
    (writer, orgId, id, over) => startErasure(writer, orgId, id, 1, over),
  ),
  'privacy.approval.request': creating((writer, orgId, over) => requestApproval(writer, orgId, 'massErasure', over)),
  'privacy.approval.decide': changing(
    'approvals',
    () => approvalDoc(randomId()),
    (writer, orgId, id, over) => decideApproval(writer, orgId, id, 'approved', over),
  ),
  'privacy.approval.withdraw': changing('approvals', (scene) => approvalDoc(own(scene)), withdrawApproval),
  'privacy.massErasure.start': startingApproved('massErasure'),
  'privacy.registerExport.start': startingApproved('registerExport'),
  'support.grant.create': creating(grantSupport),
  'support.grant.end': changing('supportGrants', () => grantDoc(randomId()), endGrant),
} as const satisfies Record<string, Change>;

/** The name of a change. */
export type ChangeName = keyof typeof changes;

/** Prepares a change as it should be, or with other fields in the changed document. */
export const prepareChange =
  (name: ChangeName, over: Fields = {}) =>
  (scene: Scene): Prepared =>
    changes[name](scene, over);

/** All names. */
// Object.keys gives exactly the keys of the constant above.
export const changeNames = Object.keys(changes) as readonly ChangeName[];
