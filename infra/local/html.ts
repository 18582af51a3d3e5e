/** Text made safe inside HTML, in content and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Headers of every page of the local cloud: no script runs on it, and nothing is loaded from elsewhere. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** A whole page; `body` is HTML that the caller has made safe. */
export const page = (title: string, body: string, lang: 'sv' | 'en' = 'en'): string => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:.4rem .6rem;border-bottom:1px solid #8886;vertical-align:top}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;padding:1rem;font:inherit}dt{font-weight:600}
</style></head><body><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>`;
