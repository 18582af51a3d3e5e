/** Whom a mass erasure is about: links, so that the one who decides can look. */
import { useState } from 'react';
import { Link } from 'react-router';
import { useMembership } from '../../app/organisation.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';

const shownAtOnce = 25;

/** A disclosure of the persons' pages. */
export function ApprovalPersons({ ids }: { readonly ids: readonly string[] }) {
  const { locale, text } = useLanguage();
  const { approvals: words, audit } = text;
  const { orgId } = useMembership();
  const [shown, setShown] = useState(shownAtOnce);
  return (
    <details className="persons">
      <summary>{words.showPersons}</summary>
      <p className="field-hint">{words.personsNote}</p>
      <ul className="person-links">
        {ids.slice(0, shown).map((id) => (
          <li key={id}>
            <Link to={`/o/${orgId}/persons/${id}`}>{audit.personLink(id.slice(0, 6))}</Link>
          </li>
        ))}
      </ul>
      {ids.length > shown && (
        <button type="button" className="link-button" onClick={() => setShown(ids.length)}>
          {words.morePersons(formatNumber(locale, ids.length - shown))}
        </button>
      )}
    </details>
  );
}
