/** The way to the other language, written in that language. */
import { useLanguage } from '../i18n/language.tsx';

/** A button with the name of the other language. */
export function LanguageSwitch() {
  const { locale, choose, text } = useLanguage();
  const other = locale === 'sv' ? 'en' : 'sv';
  return (
    <button type="button" className="language-switch" lang={other} onClick={() => choose(other)}>
      {other === 'en' ? text.app.english : text.app.swedish}
    </button>
  );
}
