/** Starts the web app: language first, then the session of this tab, then the screens. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import './ui/layout.css';
import './ui/forms.css';
import './ui/content.css';
import './ui/table.css';
import './ui/identity.css';
import './ui/print.css';
import { startSession } from './api/session.ts';
import { initialLocale, LanguageProvider, loadMessages } from './i18n/language.tsx';
import { AppRoutes } from './routes.tsx';

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new TypeError('index.html has no #root');
  const locale = initialLocale();
  document.documentElement.lang = locale;
  const text = await loadMessages(locale);
  void startSession();
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider initial={{ locale, text }}>
        <AppRoutes />
      </LanguageProvider>
    </StrictMode>,
  );
}

void start();
