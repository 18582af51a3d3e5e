/** The page for an address that leads nowhere. */
import { useText } from '../i18n/language.tsx';
import { ButtonLink } from './links.tsx';
import { Page } from './Page.tsx';

/** 404 in words, with a way on. */
export function NotFoundPage() {
  const { app } = useText();
  return (
    <Page title={app.notFoundTitle} intro={app.notFoundText}>
      <div className="actions">
        <ButtonLink to="/">{app.toStart}</ButtonLink>
      </div>
    </Page>
  );
}
