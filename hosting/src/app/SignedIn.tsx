/** Everything that needs a session; routes.tsx lets nobody in without one. */
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { forgetSessionTimes } from '../api/sessionTimes.ts';
import { CreateOrganisationPage } from '../features/orgs/CreateOrganisationPage.tsx';
import { StartPage } from '../features/orgs/StartPage.tsx';
import { PersonListPage } from '../features/register/PersonListPage.tsx';
import '../ui/organisation.css';
import { Loads } from './ErrorBoundary.tsx';
import { lazily } from './lazily.tsx';
import { LeaveGuard } from './LeaveGuard.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { OrganisationFrame } from './OrganisationFrame.tsx';
import { queryClient } from './queries.ts';
import { SessionWatch } from './SessionWatch.tsx';
import { Shell } from './Shell.tsx';
import { forgetUnsavedWork } from './unsavedWork.ts';

const AccountPage = lazily(async () => (await import('../features/identity/account/AccountPage.tsx')).AccountPage);
const AddPersonPage = lazily(async () => (await import('../features/register/AddPersonPage.tsx')).AddPersonPage);
const PersonPage = lazily(async () => (await import('../features/register/PersonPage.tsx')).PersonPage);
const EditPersonPage = lazily(async () => (await import('../features/register/EditPersonPage.tsx')).EditPersonPage);
const ImportPage = lazily(async () => (await import('../features/register/ImportPage.tsx')).ImportPage);
const ExtractPage = lazily(async () => (await import('../features/privacy/ExtractPage.tsx')).ExtractPage);
const ErasurePage = lazily(async () => (await import('../features/privacy/ErasurePage.tsx')).ErasurePage);
const AuditPage = lazily(async () => (await import('../features/audit/AuditPage.tsx')).AuditPage);
const HistoryPage = lazily(async () => (await import('../features/audit/history/HistoryPage.tsx')).HistoryPage);
const VerifyPage = lazily(async () => (await import('../features/audit/verification/VerifyPage.tsx')).VerifyPage);
const BackupPage = lazily(async () => (await import('../features/backup/BackupPage.tsx')).BackupPage);
const SettingsPage = lazily(async () => (await import('../features/orgs/SettingsPage.tsx')).SettingsPage);
const MembersPage = lazily(async () => (await import('../features/orgs/MembersPage.tsx')).MembersPage);
const MemberPage = lazily(async () => (await import('../features/orgs/MemberPage.tsx')).MemberPage);
const InvitePage = lazily(async () => (await import('../features/orgs/InvitePage.tsx')).InvitePage);
const TeamsPage = lazily(async () => (await import('../features/orgs/TeamsPage.tsx')).TeamsPage);
const AccessReviewPage = lazily(async () => (await import('../features/orgs/AccessReviewPage.tsx')).AccessReviewPage);
const AlarmsPage = lazily(async () => (await import('../features/orgs/AlarmsPage.tsx')).AlarmsPage);
const FoldersPage = lazily(async () => (await import('../features/documents/FoldersPage.tsx')).FoldersPage);
const FolderPage = lazily(async () => (await import('../features/documents/FolderPage.tsx')).FolderPage);
const CreateFolderPage = lazily(async () => (await import('../features/documents/FolderFormPages.tsx')).CreateFolderPage);
const EditFolderPage = lazily(async () => (await import('../features/documents/FolderFormPages.tsx')).EditFolderPage);
const ApprovalsPage = lazily(async () => (await import('../features/privacy/ApprovalsPage.tsx')).ApprovalsPage);
const RequestErasurePage = lazily(async () => (await import('../features/privacy/RequestPages.tsx')).RequestErasurePage);
const RequestExportPage = lazily(async () => (await import('../features/privacy/RequestPages.tsx')).RequestExportPage);
const SupportPage = lazily(async () => (await import('../features/support/SupportPage.tsx')).SupportPage);
const CasesPage = lazily(async () => (await import('../features/support/CasesPage.tsx')).CasesPage);

/** The signed-in area. What it has read is forgotten when it is left. */
export function SignedIn() {
  useEffect(
    () => () => {
      queryClient.clear();
      forgetSessionTimes();
      forgetUnsavedWork();
    },
    [],
  );
  return (
    <QueryClientProvider client={queryClient}>
      <SessionWatch />
      <LeaveGuard />
      <Routes>
        <Route element={<Shell />}>
          <Route index element={<StartPage />} />
          <Route path="organisations/new" element={<CreateOrganisationPage />} />
          <Route
            path="support-cases"
            element={
              <Loads>
                <CasesPage />
              </Loads>
            }
          />
          <Route
            path="account"
            element={
              <Loads>
                <AccountPage />
              </Loads>
            }
          />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
        <Route path="o/:orgId/*" element={<OrganisationRoutes />} />
      </Routes>
    </QueryClientProvider>
  );
}

function OrganisationRoutes() {
  const { pathname } = useLocation();
  return (
    <OrganisationFrame>
      {/* Each address has a page of its own: what was typed, chosen or revealed for one person is not another's. */}
      <Loads key={pathname}>
        <Routes>
          <Route path="persons" element={<PersonListPage />} />
          <Route path="persons/new" element={<AddPersonPage />} />
          <Route path="persons/:dataSubjectId" element={<PersonPage />} />
          <Route path="persons/:dataSubjectId/edit" element={<EditPersonPage />} />
          <Route path="persons/:dataSubjectId/extract" element={<ExtractPage />} />
          <Route path="persons/:dataSubjectId/erase" element={<ErasurePage />} />
          <Route path="persons/:dataSubjectId/history" element={<HistoryPage />} />
          <Route path="import" element={<ImportPage />} />
          <Route path="audit" element={<AuditPage />} />
          <Route path="audit/verify" element={<VerifyPage />} />
          <Route path="documents" element={<FoldersPage />} />
          <Route path="documents/new" element={<CreateFolderPage />} />
          <Route path="documents/:folderId" element={<FolderPage />} />
          <Route path="documents/:folderId/edit" element={<EditFolderPage />} />
          <Route path="members" element={<MembersPage />} />
          <Route path="members/invite" element={<InvitePage />} />
          <Route path="members/:accountId" element={<MemberPage />} />
          <Route path="teams" element={<TeamsPage />} />
          <Route path="access-review" element={<AccessReviewPage />} />
          <Route path="approvals" element={<ApprovalsPage />} />
          <Route path="approvals/erasure" element={<RequestErasurePage />} />
          <Route path="approvals/export" element={<RequestExportPage />} />
          <Route path="alarms" element={<AlarmsPage />} />
          <Route path="support" element={<SupportPage />} />
          <Route path="backups" element={<BackupPage />} />
          <Route path="settings" element={<SettingsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Loads>
    </OrganisationFrame>
  );
}
