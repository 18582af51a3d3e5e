/** Invites somebody to the organisation. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Locale } from '../../../../functions/src/identity/contract.ts';
import { givenRoles } from '../../../../functions/src/orgs/contract.ts';
import type { MemberRole } from '../../../../functions/src/orgs/settings/contract.ts';
import { ApiError } from '../../api/apiError.ts';
import { call } from '../../api/call.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText, showBesideField } from '../../app/formFields.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { useChange } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { RadioGroup } from '../../ui/RadioGroup.tsx';
import { leaveNotice } from './notice.ts';
import { RoleChoice, TeamsChoice, givableRoles } from './roleFields.tsx';

/** The page that invites. */
export function InvitePage() {
  return (
    <Requires permission="orgs.invite">
      <Invite />
    </Requires>
  );
}

type InviteForm = { email: string };

function Invite() {
  const { locale, text } = useLanguage();
  const { app, identity, members } = text;
  const { orgId, role: ownRole } = useMembership();
  const navigate = useNavigate();
  const { control, handleSubmit, setError } = useForm<InviteForm>({ defaultValues: { email: '' } });
  const [role, setRole] = useState<MemberRole>('reader');
  const [teamIds, setTeamIds] = useState<string[]>([]);
  const [language, setLanguage] = useState<Locale>(locale);
  const invite = useChange(
    (email: string) => call('inviteMember', { orgId, email, role, teamIds, locale: language }),
    [['invitations', orgId]],
    () => {
      leaveNotice(members.invited);
      void navigate(`/o/${orgId}/members`);
    },
  );
  const send = handleSubmit(async ({ email }) => {
    await invite.mutateAsync(email.trim()).catch((error: unknown) => {
      const isTaken = error instanceof ApiError && error.code === 'orgs/already-member';
      if (isTaken) setError('email', { message: text.errors['orgs/already-member'] }, { shouldFocus: true });
      else showBesideField(error, setError, { email: identity.invalidEmail });
    });
  });
  const isBesideField =
    invite.error instanceof ApiError && (invite.error.code === 'orgs/already-member' || invite.error.details['field'] === 'email');
  return (
    <Page title={members.inviteTitle} intro={members.inviteIntro}>
      {invite.isError && !isBesideField && <ErrorPanel error={invite.error} />}
      <form className="form card" noValidate onSubmit={(event) => void send(event)}>
        <FormText
          control={control}
          name="email"
          type="email"
          inputMode="email"
          label={members.inviteEmail}
          isRequired
          rules={{ required: app.required, pattern: { value: /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/, message: identity.invalidEmail } }}
        />
        <RoleChoice role={role} roles={givableRoles(ownRole, givenRoles)} onChange={setRole} />
        <TeamsChoice teamIds={teamIds} onChange={setTeamIds} />
        <RadioGroup
          label={members.inviteLocale}
          value={language}
          onChange={(value) => setLanguage(value === 'sv' ? 'sv' : 'en')}
          options={[
            { value: 'sv', label: app.swedish },
            { value: 'en', label: app.english },
          ]}
        />
        <div className="actions">
          <Button type="submit" isPending={invite.isPending}>
            {members.inviteSend}
          </Button>
          <ButtonLink to={`/o/${orgId}/members`} look="secondary">
            {app.cancel}
          </ButtonLink>
        </div>
      </form>
    </Page>
  );
}
