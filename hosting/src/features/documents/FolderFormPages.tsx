/** Creates a folder, or changes one. */
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useParams } from 'react-router';
import type { FolderAudience, FolderView } from '../../../../functions/src/documents/contract.ts';
import { call } from '../../api/call.ts';
import type { Input } from '../../api/callables.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { FormText } from '../../app/formFields.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { isConflict, useChange } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useText } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { CheckboxGroup } from '../../ui/CheckboxGroup.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { RadioGroup } from '../../ui/RadioGroup.tsx';
import type { Team } from '../orgs/data.ts';
import { leaveNotice } from '../orgs/notice.ts';
import { WithTeams } from '../orgs/WithTeams.tsx';
import { useFolder } from './data.ts';

type Content = Omit<Input<'createFolder'>, 'orgId'>;

/** The page that creates a folder. */
export function CreateFolderPage() {
  return (
    <Requires permission="documents.manage">
      <CreateFolder />
    </Requires>
  );
}

/** The page that changes a folder. */
export function EditFolderPage() {
  return (
    <Requires permission="documents.manage">
      <EditFolder />
    </Requires>
  );
}

function CreateFolder() {
  const { documents } = useText();
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const create = useChange(
    (content: Content) => call('createFolder', { orgId, ...content }),
    [['folders', orgId]],
    ({ folderId }) => {
      leaveNotice(documents.created);
      void navigate(`/o/${orgId}/documents/${folderId}`, { replace: true });
    },
  );
  return (
    <Page title={documents.createTitle}>
      <WithTeams>
        {(teams) => <FolderForm teams={teams} change={create} button={documents.createTitle} backTo={`/o/${orgId}/documents`} />}
      </WithTeams>
    </Page>
  );
}

function EditFolder() {
  const { app, documents } = useText();
  const { orgId } = useMembership();
  const { folderId = '' } = useParams();
  // The form begins with what is stored now, and keeps it: what was read a while ago is no beginning.
  const folder = useFolder(orgId, folderId, 'always');
  const isKnown = folder.isFetchedAfterMount;
  return (
    <Page title={documents.editTitle}>
      {(folder.isPending || !isKnown) && <Loading label={app.loading} />}
      {isKnown && folder.isError && <ErrorPanel error={folder.error} onRetry={() => void folder.refetch()} />}
      {isKnown && folder.data !== undefined && <LoadedEdit folder={folder.data} />}
    </Page>
  );
}

function LoadedEdit({ folder }: { readonly folder: FolderView }) {
  const { app, documents } = useText();
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const { folderId } = folder;
  const backTo = `/o/${orgId}/documents/${folderId}`;
  // What the form began with is what it is saved upon, until a conflict has told of something newer.
  const [{ version }, setBase] = useState(folder);
  const save = useChange(
    (content: Content) => call('updateFolder', { orgId, folderId, version, ...content }),
    [['folders', orgId]],
    () => {
      leaveNotice(documents.saved);
      void navigate(backTo, { replace: true });
    },
  );
  if (isConflict(save.error) && version !== folder.version) setBase(folder);
  return <WithTeams>{(teams) => <FolderForm teams={teams} folder={folder} change={save} button={app.save} backTo={backTo} />}</WithTeams>;
}

type FolderFormProps = {
  readonly teams: readonly Team[];
  readonly folder?: FolderView;
  readonly change: { readonly isPending: boolean; readonly error: unknown; readonly mutate: (content: Content) => void };
  readonly button: string;
  readonly backTo: string;
};

function FolderForm({ teams, folder, change, button, backTo }: FolderFormProps) {
  const { app, documents } = useText();
  const { control, handleSubmit } = useForm({ defaultValues: { name: folder?.name ?? '', description: folder?.description ?? '' } });
  const known = (ids: readonly string[]) => ids.filter((id) => teams.some(({ teamId }) => teamId === id));
  const [openTo, setOpenTo] = useState<FolderAudience>(folder?.openTo ?? 'everyone');
  const [readTeams, setReadTeams] = useState(known(folder?.readTeams ?? []));
  const [writeTeams, setWriteTeams] = useState(known(folder?.writeTeams ?? []));
  const [isTried, setIsTried] = useState(false);
  const isForTeams = openTo === 'teams';
  const isTeamMissing = isForTeams && readTeams.length === 0 && writeTeams.length === 0;
  const send = handleSubmit(({ name, description }) => {
    if (!isTeamMissing)
      change.mutate({ name: name.trim(), description: description.trim(), openTo, readTeams: isForTeams ? readTeams : [], writeTeams });
  });
  return (
    <form
      className="form card"
      noValidate
      onSubmit={(event) => {
        setIsTried(true);
        void send(event);
      }}
    >
      {isConflict(change.error) ? (
        <Banner kind="important" role="alert">
          {documents.conflict}
        </Banner>
      ) : (
        change.error !== null && <ErrorPanel error={change.error} />
      )}
      <FormText
        control={control}
        name="name"
        label={documents.name}
        isRequired
        rules={{ validate: (value) => value.trim() !== '' || app.required, maxLength: { value: 120, message: app.tooLong(120) } }}
      />
      <FormText
        control={control}
        name="description"
        label={documents.description}
        isLong
        rules={{ maxLength: { value: 500, message: app.tooLong(500) } }}
      />
      <RadioGroup
        label={documents.openTo}
        hint={documents.managersSee}
        value={openTo}
        onChange={(value) => setOpenTo(value === 'teams' ? 'teams' : 'everyone')}
        options={(['everyone', 'teams'] as const).map((value) => ({ value, label: documents.audiences[value] }))}
      />
      {isForTeams && teams.length === 0 && <NoTeams />}
      {isForTeams && teams.length > 0 && (
        <CheckboxGroup
          label={documents.readTeams}
          hint={documents.readTeamsHint}
          error={isTried && isTeamMissing ? documents.chooseTeam : undefined}
          values={readTeams}
          onChange={setReadTeams}
          options={teams.map(({ teamId, name }) => ({ value: teamId, label: name }))}
        />
      )}
      {teams.length > 0 && (
        <CheckboxGroup
          label={documents.writeTeams}
          hint={isForTeams ? documents.writeTeamsHint : documents.writeEveryoneHint}
          values={writeTeams}
          onChange={setWriteTeams}
          options={teams.map(({ teamId, name }) => ({ value: teamId, label: name }))}
        />
      )}
      <div className="actions">
        <Button type="submit" isPending={change.isPending}>
          {button}
        </Button>
        <ButtonLink to={backTo} look="secondary">
          {app.cancel}
        </ButtonLink>
      </div>
    </form>
  );
}

function NoTeams() {
  const { documents } = useText();
  const { orgId } = useMembership();
  return (
    <Banner kind="info">
      <p>{documents.needsTeams}</p>
      <ButtonLink to={`/o/${orgId}/teams`} look="secondary">
        {documents.toTeams}
      </ButtonLink>
    </Banner>
  );
}
