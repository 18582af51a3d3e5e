/** The teams of the organisation: create, rename, remove. */
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { isConflict, useChange } from '../../app/useChange.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useTeams, type Team } from './data.ts';

/** The page of the teams. */
export function TeamsPage() {
  return (
    <Requires permission="orgs.readTeams">
      <Teams />
    </Requires>
  );
}

function Teams() {
  const { app, members } = useLanguage().text;
  const { orgId } = useMembership();
  const isManager = useCan()('orgs.teams').isAllowed;
  const [said, setSaid] = useState<string | null>(null);
  const teams = useTeams(orgId);
  return (
    <Page title={members.teamsTitle} intro={members.teamsIntro}>
      <Said words={said} />
      {teams.isPending && <Loading label={app.loading} />}
      {teams.isError && <ErrorPanel error={teams.error} onRetry={() => void teams.refetch()} />}
      {teams.data?.length === 0 && <EmptyState icon="people" title={members.teamsEmptyTitle} text={members.teamsEmptyText} />}
      {teams.data !== undefined && teams.data.length > 0 && (
        <ul className="entries">
          {teams.data.map((team) => (
            <TeamEntry key={team.teamId} team={team} isManager={isManager} onSaid={setSaid} />
          ))}
        </ul>
      )}
      {isManager && teams.data !== undefined && <CreateTeam onSaid={setSaid} />}
    </Page>
  );
}

type Saying = { readonly onSaid: (words: string | null) => void };

function CreateTeam({ onSaid }: Saying) {
  const { members } = useLanguage().text;
  const { orgId } = useMembership();
  const [round, setRound] = useState(0);
  const create = useChange(
    (name: string) => call('createTeam', { orgId, name }),
    [['teams', orgId]],
    (_, name) => {
      setRound(round + 1);
      onSaid(members.teamCreated(name));
    },
  );
  return (
    <Card title={members.teamCreate}>
      <TeamNameForm key={round} button={members.teamCreate} initial="" change={create} onBegin={() => onSaid(null)} />
    </Card>
  );
}

function TeamEntry({ team, isManager, onSaid }: Saying & { readonly team: Team; readonly isManager: boolean }) {
  const { app, members } = useLanguage().text;
  const { orgId } = useMembership();
  const [mode, setMode] = useState<'shown' | 'renaming' | 'removing'>('shown');
  const target = { orgId, teamId: team.teamId, version: team.version };
  const rename = useChange(
    (name: string) => call('renameTeam', { ...target, name }),
    [['teams', orgId]],
    () => {
      setMode('shown');
      onSaid(members.teamRenamed);
    },
  );
  const remove = useChange(
    () => call('removeTeam', target),
    [
      ['teams', orgId],
      ['members', orgId],
      ['folders', orgId],
    ],
    () => {
      setMode('shown');
      onSaid(members.teamRemoved);
    },
  );
  return (
    <li className="entry">
      <div className="entry-head">
        <h2>{team.name}</h2>
        <span className="entry-note">{members.teamMembers(team.memberCount)}</span>
      </div>
      {mode === 'renaming' && (
        <TeamNameForm
          button={app.save}
          initial={team.name}
          change={rename}
          onBegin={() => onSaid(null)}
          onCancel={() => setMode('shown')}
        />
      )}
      {isManager && mode !== 'renaming' && (
        <div className="actions">
          <Button variant="secondary" label={members.teamRenameOf(team.name)} onPress={() => setMode('renaming')}>
            {members.teamRename}
          </Button>
          <Button variant="secondary" label={members.teamRemoveOf(team.name)} onPress={() => setMode('removing')}>
            {members.remove}
          </Button>
        </div>
      )}
      <Confirm
        title={members.teamRemoveAsk(team.name)}
        isOpen={mode === 'removing'}
        action={members.remove}
        isDanger
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => {
          onSaid(null);
          remove.mutate(undefined);
        }}
        onClose={() => setMode('shown')}
      >
        <p>{members.teamRemoveText}</p>
      </Confirm>
    </li>
  );
}

type TeamNameFormProps = {
  readonly button: string;
  readonly initial: string;
  readonly change: { readonly isPending: boolean; readonly error: unknown; readonly mutate: (name: string) => void };
  readonly onBegin: () => void;
  readonly onCancel?: () => void;
};

function TeamNameForm({ button, initial, change, onBegin, onCancel }: TeamNameFormProps) {
  const { app, members } = useLanguage().text;
  const [name, setName] = useState(initial);
  const [isTried, setIsTried] = useState(false);
  const problem = name.trim() === '' ? app.required : name.trim().length > 80 ? app.tooLong(80) : undefined;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setIsTried(true);
        onBegin();
        if (problem === undefined) change.mutate(name.trim());
      }}
    >
      {change.error !== null && <ErrorPanel error={change.error} {...(isConflict(change.error) ? { title: members.conflict } : {})} />}
      <TextField label={members.teamName} value={name} onChange={setName} error={isTried ? problem : undefined} isRequired />
      <div className="actions">
        <Button type="submit" isPending={change.isPending}>
          {button}
        </Button>
        {onCancel !== undefined && (
          <Button variant="secondary" onPress={onCancel}>
            {app.cancel}
          </Button>
        )}
      </div>
    </form>
  );
}
