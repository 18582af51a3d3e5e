/** Everything that needs a session; routes.tsx lets nobody in without one. */
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Route, Routes } from 'react-router';
import { forgetSessionTimes } from '../api/sessionTimes.ts';
import { CreateOrganisationPage } from '../features/orgs/CreateOrganisationPage.tsx';
import { StartPage } from '../features/orgs/StartPage.tsx';
import { PersonListPage } from '../features/register/PersonListPage.tsx';
import { useText } from '../i18n/language.tsx';
import '../ui/organisation.css';
import { Loading } from '../ui/Loading.tsx';
import { LeaveGuard } from './LeaveGuard.tsx';
import { NotFoundPage } from './NotFoundPage.tsx';
import { OrganisationFrame } from './OrganisationFrame.tsx';
import { queryClient } from './queries.ts';
import { SessionWatch } from './SessionWatch.tsx';
import { Shell } from './Shell.tsx';
import { forgetUnsavedWork } from './unsavedWork.ts';

const AccountPage = lazy(async () => ({ default: (await import('../features/identity/account/AccountPage.tsx')).AccountPage }));
const AddPersonPage = lazy(async () => ({ default: (await import('../features/register/AddPersonPage.tsx')).AddPersonPage }));
const PersonPage = lazy(async () => ({ default: (await import('../features/register/PersonPage.tsx')).PersonPage }));
const EditPersonPage = lazy(async () => ({ default: (await import('../features/register/EditPersonPage.tsx')).EditPersonPage }));
const ImportPage = lazy(async () => ({ default: (await import('../features/register/ImportPage.tsx')).ImportPage }));
const ExtractPage = lazy(async () => ({ default: (await import('../features/privacy/ExtractPage.tsx')).ExtractPage }));
const ErasurePage = lazy(async () => ({ default: (await import('../features/privacy/ErasurePage.tsx')).ErasurePage }));
const AuditPage = lazy(async () => ({ default: (await import('../features/audit/AuditPage.tsx')).AuditPage }));
const HistoryPage = lazy(async () => ({ default: (await import('../features/audit/history/HistoryPage.tsx')).HistoryPage }));
const VerifyPage = lazy(async () => ({ default: (await import('../features/audit/verification/VerifyPage.tsx')).VerifyPage }));
const BackupPage = lazy(async () => ({ default: (await import('../features/backup/BackupPage.tsx')).BackupPage }));
const SettingsPage = lazy(async () => ({ default: (await import('../features/orgs/SettingsPage.tsx')).SettingsPage }));
const MembersPage = lazy(async () => ({ default: (await import('../features/orgs/MembersPage.tsx')).MembersPage }));
const MemberPage = lazy(async () => ({ default: (await import('../features/orgs/MemberPage.tsx')).MemberPage }));
const InvitePage = lazy(async () => ({ default: (await import('../features/orgs/InvitePage.tsx')).InvitePage }));
const TeamsPage = lazy(async () => ({ default: (await import('../features/orgs/TeamsPage.tsx')).TeamsPage }));
const AccessReviewPage = lazy(async () => ({ default: (await import('../features/orgs/AccessReviewPage.tsx')).AccessReviewPage }));
const AlarmsPage = lazy(async () => ({ default: (await import('../features/orgs/AlarmsPage.tsx')).AlarmsPage }));
const FoldersPage = lazy(async () => ({ default: (await import('../features/documents/FoldersPage.tsx')).FoldersPage }));
const FolderPage = lazy(async () => ({ default: (await import('../features/documents/FolderPage.tsx')).FolderPage }));
const CreateFolderPage = lazy(async () => ({ default: (await import('../features/documents/FolderFormPages.tsx')).CreateFolderPage }));
const EditFolderPage = lazy(async () => ({ default: (await import('../features/documents/FolderFormPages.tsx')).EditFolderPage }));
const ApprovalsPage = lazy(async () => ({ default: (await import('../features/privacy/ApprovalsPage.tsx')).ApprovalsPage }));
const RequestErasurePage = lazy(async () => ({ default: (await import('../features/privacy/RequestPages.tsx')).RequestErasurePage }));
const RequestExportPage = lazy(async () => ({ default: (await import('../features/privacy/RequestPages.tsx')).RequestExportPage }));
const SupportPage = lazy(async () => ({ default: (await import('../features/support/SupportPage.tsx')).SupportPage }));
const CasesPage = lazy(async () => ({ default: (await import('../features/support/CasesPage.tsx')).CasesPage }));

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
          <Route path="support-cases" element={<CasesPage />} />
          <Route path="account" element={<OwnAccount />} />
          <Route path="*" element={<NotFoundPage />} />
        </Route>
        <Route path="o/:orgId/*" element={<OrganisationRoutes />} />
      </Routes>
    </QueryClientProvider>
  );
}

function OwnAccount() {
  const { app } = useText();
  return (
    <Suspense fallback={<Loading label={app.loading} />}>
      <AccountPage />
    </Suspense>
  );
}

function OrganisationRoutes() {
  const { app } = useText();
  return (
    <OrganisationFrame>
      <Suspense fallback={<Loading label={app.loading} />}>
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
      </Suspense>
    </OrganisationFrame>
  );
}
