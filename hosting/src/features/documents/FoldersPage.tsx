/** The folders that the reader may see. */
import { Link } from 'react-router';
import type { FolderView } from '../../../../functions/src/documents/contract.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { GatedLink } from '../../app/links.tsx';
import { useCan, useMembership } from '../../app/organisation.tsx';
import { Page } from '../../app/Page.tsx';
import { Requires } from '../../app/Requires.tsx';
import { Said } from '../../app/Said.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Team } from '../orgs/data.ts';
import { useNotice } from '../orgs/notice.ts';
import { WithTeams } from '../orgs/WithTeams.tsx';
import { useFolders } from './data.ts';
import { accessWords } from './folderAccess.ts';

/** The page of the folders. */
export function FoldersPage() {
  return (
    <Requires permission="documents.read">
      <Folders />
    </Requires>
  );
}

function Folders() {
  const { app, documents } = useLanguage().text;
  const { orgId } = useMembership();
  const can = useCan();
  const notice = useNotice();
  const folders = useFolders(orgId);
  const manage = can('documents.manage');
  return (
    <Page
      title={documents.title}
      intro={documents.intro}
      actions={
        <GatedLink capability={manage} to={`/o/${orgId}/documents/new`} look="primary">
          {documents.create}
        </GatedLink>
      }
    >
      <Said words={notice} />
      {folders.isPending && <Loading label={app.loading} />}
      {folders.isError && <ErrorPanel error={folders.error} onRetry={() => void folders.refetch()} />}
      {folders.data?.length === 0 && (
        <EmptyState icon="folder" title={documents.emptyTitle} text={manage.isAllowed ? documents.emptyManager : documents.emptyMember} />
      )}
      {folders.data !== undefined && folders.data.length > 0 && (
        <WithTeams>{(teams) => <FolderTable folders={folders.data} teams={teams} />}</WithTeams>
      )}
    </Page>
  );
}

function FolderTable({ folders, teams }: { readonly folders: readonly FolderView[]; readonly teams: readonly Team[] }) {
  const { text } = useLanguage();
  const { documents } = text;
  const { orgId } = useMembership();
  return (
    <Table
      label={documents.title}
      columns={[
        { id: 'name', title: documents.name },
        { id: 'readers', title: documents.readBy },
        { id: 'writers', title: documents.writtenBy, isOptional: true },
        { id: 'description', title: documents.description.replace(/ \(.*/, ''), isOptional: true },
      ]}
      rows={folders.map((folder) => {
        const { readers, writers } = accessWords(text, folder, teams);
        return {
          id: folder.folderId,
          cells: [
            <Link key="name" to={`/o/${orgId}/documents/${folder.folderId}`}>
              {folder.name}
            </Link>,
            readers,
            writers,
            folder.description === '' ? '–' : folder.description,
          ],
        };
      })}
    />
  );
}
