/** Founding an organisation: its keys are made first, so that nothing is ever stored unsealed. */
import { takeToken } from '../identity/rateLimit.ts';
import type { Caller } from '../identity/session.ts';
import { loadAccount } from '../identity/accountStore.ts';
import { createOrgKey, createSubjectKey } from '../platform/keyring.ts';
import { newId } from '../platform/random.ts';
import { AppError } from '../shared/errors.ts';
import type { OrgId } from '../shared/ids.ts';
import type { Clock } from '../shared/time.ts';
import { requireOrganisationNumber } from './organisationNumber.ts';
import { memberKeyId, sealMember } from './members/sealedMember.ts';
import { structureKey } from '../platform/structureKey.ts';
import { foundOrganisation, needsFreeOrganisationNumber, type NewOrganisation } from './store.ts';

/** Founds an organisation whose owner is the caller; answers its id. Throws `orgs/organisation-number-taken`. */
export async function createOrganisation(caller: Caller, input: NewOrganisation, clock: Clock): Promise<OrgId> {
  const organisationNumber = requireOrganisationNumber(input.organisationNumber);
  await needsFreeOrganisationNumber(organisationNumber);
  await takeToken('foundingByAccount', caller.accountId, clock);
  const account = await loadAccount(caller.accountId);
  if (account === null) throw new AppError('shared/not-found', 'not found');
  const orgId = newId<OrgId>();
  await createOrgKey(orgId);
  const dek = await createSubjectKey(orgId, 'member', memberKeyId(orgId, caller.accountId));
  await structureKey(orgId);
  const sealed = sealMember(dek, orgId, caller.accountId, { displayName: account.displayName, email: account.email });
  await foundOrganisation(orgId, caller, { ...input, organisationNumber }, sealed);
  return orgId;
}
