/**
 * Mutants that are no fault: whatever is asked, the rules answer the same with them.
 *
 * Each is named as `npm run mutants:rules` prints it, with the reason why nothing can tell it from the rules. A name that
 * is no mutant any more, and one that something does tell, fail the run.
 */

/** Name of a mutant → why it is none. */
export const equivalents: Readonly<Record<string, string>> = {
  "mayReadProtected(): ['owner', 'administrator'] → ['owner', 'administrator', 'auditor']":
    'who may not read the register reads no protected person either',
  "mayReadProtected(): ['owner', 'administrator'] → ['owner', 'administrator', 'billing']":
    'who may not read the register reads no protected person either',
  'isTeamIds(): 1 → 0': 'the empty list is let through before, and is no text of ids',
  'isValidSession(): request.auth != null → true': 'who is not signed in has no token, and to ask it for its session is an error',
  'isValidSession(): isId(request.auth.token.sid) → true':
    'sessions have no other ids, and the emulator takes a slash in one for no step of a path; that other services do is not left to chance',
  'isValidSession(): request.auth != null && isId(request.auth.token.sid) → (request.auth != null) || (isId(request.auth.token.sid))':
    'what is left of it asks whether there is a token, as said above',
  'sessions get 1: request.auth != null → true': 'who is not signed in has no id to compare, which is an error',
  "mayChange(): ['owner', 'administrator'] → ['owner', 'administrator', 'editor']": 'a role below is changed by whoever manages',
  "mayChange(): ['owner', 'administrator'] → ['owner', 'administrator', 'reader']": 'a role below is changed by whoever manages',
  "mayChange(): ['owner', 'administrator'] → ['owner', 'administrator', 'auditor']": 'a role below is changed by whoever manages',
  "mayChange(): ['owner', 'administrator'] → ['owner', 'administrator', 'billing']": 'a role below is changed by whoever manages',
  "orgs/members update 1: ['owner', 'administrator'] → ['owner', 'administrator', 'support']": 'mayGive lets nobody give that role',
  'orgs update 2: mayLeave(orgId) → true': 'the count moves only with a member, whose own rule asks for the role',
  "countsOwners(): event.action in ['orgs.member.update', 'orgs.member.remove', 'orgs.member.leave'] → true":
    'the count moves only with a member, whose own rule asks for the action',
  'countsOwners(): after.lastEventId == request.resource.data.lastEventId → true': "the event's own rule asks that its target bears it",
  "countsOwners(): event.action in ['orgs.member.update', 'orgs.member.remove', 'orgs.member.leave'] && after.lastEventId == request.resource.data.lastEventId → (event.action in ['orgs.member.update', 'orgs.member.remove', 'orgs.member.leave']) || (after.lastEventId == request.resource.data.lastEventId)":
    "the member's own rule asks for the action, and the event's that its target bears it",
  'countsOwners(): hasEvent(orgId, event.action, accountId) → true':
    'the count moves only with a member, whose own rule asks for the event',
  'completesReview(): reviewAfter(orgId, reviewId).lastEventId == request.resource.data.lastEventId → true':
    "the event's own rule asks that its target bears it",
  "orgs/folders update 1: ['sealed', 'openTo', 'readTeams', 'writeTeams', 'version', 'updatedAt', 'lastEventId'] → ['sealed', 'openTo', 'readTeams', 'writeTeams', 'version', 'updatedAt', 'lastEventId', 'remark']":
    'isFolder asks for exactly the keys of a folder',
  "orgs/dataSubjects update 1: ['isProtected', 'version', 'updatedAt', 'lastEventId', 'sealed', 'hasIdentityNumber', 'searchTokens', 'emailIndex', 'identityNumberIndex'] → ['isProtected', 'version', 'updatedAt', 'lastEventId', 'sealed', 'hasIdentityNumber', 'searchTokens', 'emailIndex', 'identityNumberIndex', 'remark']":
    'isDataSubject asks for exactly the keys of a person',
  "orgs/dataSubjects update 2: request.resource.data.state == 'erasing' → true":
    "asked first to spare expressions; the event's own rule asks for that state after the commit",
  "jobs create 1: request.resource.data.kind == 'import' → true":
    "asked first to spare expressions; the event's own rule asks for the kind of the job that it starts",
  "jobs create 2: request.resource.data.kind == 'extract' → true":
    "asked first to spare expressions; the event's own rule asks for the kind of the job that it starts",
  "jobs create 3: request.resource.data.kind == 'erasure' → true":
    "asked first to spare expressions; the event's own rule asks for the kind of the job that it starts",
  'jobs create 4: hasEvent(request.resource.data.orgId, startOf(request.resource.data.kind), jobId) → true':
    "the approval's own rule asks for the same event, and the event's own for the kind of the job",
  'isOwnEvent(): 1 → 0 (2)': 'the text of no ids is empty, which is no text of ids',
};
