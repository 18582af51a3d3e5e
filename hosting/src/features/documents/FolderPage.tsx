/** One folder: what is in it, who may read and write. */
import { useState } from 'react';
import { useParams } from 'react-router';
import type { FolderView } from '../../../../functions/src/documents/contract.ts';
import { call } from '../../api/call.ts';
import { Confirm } from '../../app/Confirm.tsx';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { ButtonLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { useChange } from '../../app/useChange.ts';
import { useNavigate } from '../../app/useNavigate.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Tag } from '../../ui/Tag.tsx';
import type { Team } from '../orgs/data.ts';
import { leaveNotice, useNotice } from '../orgs/notice.ts';
import { WithTeams } from '../orgs/WithTeams.tsx';
import { useFolder } from './data.ts';
import { accessWords } from './folderAccess.ts';

/** The page of a folder. */
export function FolderPage() {
  return (
    <Requires permission="documents.read">
      <LoadedFolder />
    </Requires>
  );
}

function LoadedFolder() {
  const { app, documents } = useLanguage().text;
  const { orgId } = useMembership();
  const { folderId = '' } = useParams();
  const can = useCan();
  const notice = useNotice();
  const folder = useFolder(orgId, folderId);
  const isManager = can('documents.manage').isAllowed;
  return (
    <Page
      title={documents.folderTitle}
      {...(folder.data === undefined ? {} : { heading: folder.data.name })}
      actions={
        <>
          <ButtonLink to={`/o/${orgId}/documents`} look="secondary">
            {documents.toFolders}
          </ButtonLink>
          {isManager && folder.data !== undefined && (
            <>
              <ButtonLink to={`/o/${orgId}/documents/${folderId}/edit`} look="secondary">
                {documents.edit}
              </ButtonLink>
              <RemoveFolder folder={folder.data} />
            </>
          )}
        </>
      }
    >
      <Said words={notice} />
      {folder.isPending && <Loading label={app.loading} />}
      {folder.isError && <ErrorPanel error={folder.error} onRetry={() => void folder.refetch()} />}
      {folder.data !== undefined && <WithTeams>{(teams) => <FolderCards folder={folder.data} teams={teams} />}</WithTeams>}
    </Page>
  );
}

function FolderCards({ folder, teams }: { readonly folder: FolderView; readonly teams: readonly Team[] }) {
  const { text } = useLanguage();
  const { documents } = text;
  const { readers, writers } = accessWords(text, folder, teams);
  return (
    <>
      {folder.description !== '' && <p className="intro">{folder.description}</p>}
      <Card title={documents.contentTitle} aside={<Tag>{folder.mayWrite ? documents.mayWrite : documents.mayRead}</Tag>}>
        <p>{documents.contentEmpty}</p>
      </Card>
      <Card title={documents.accessTitle}>
        <Facts
          items={[
            { name: documents.readBy, value: readers },
            { name: documents.writtenBy, value: writers },
          ]}
        />
        <p className="field-hint">{documents.managersSee}</p>
      </Card>
    </>
  );
}

function RemoveFolder({ folder }: { readonly folder: FolderView }) {
  const { documents } = useLanguage().text;
  const { orgId } = useMembership();
  const navigate = useNavigate();
  const [isAsked, setIsAsked] = useState(false);
  const { folderId, version, name } = folder;
  const remove = useChange(async () => {
    await call('removeFolder', { orgId, folderId, version });
    leaveNotice(documents.removed);
    // Away first, so that the removed folder is not asked for again.
    await navigate(`/o/${orgId}/documents`);
  }, [['folders', orgId]]);
  return (
    <>
      <Button variant="danger" onPress={() => setIsAsked(true)}>
        {documents.remove}
      </Button>
      <Confirm
        title={documents.removeAsk(name)}
        isOpen={isAsked}
        action={documents.remove}
        isDanger
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setIsAsked(false)}
      >
        <p>{documents.removeText}</p>
      </Confirm>
    </>
  );
}
