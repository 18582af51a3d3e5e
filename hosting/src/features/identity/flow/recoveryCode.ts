/** A recovery code as people type it: 16 characters of base32, in groups of four. */
const characters = 16;

/** What was typed in capitals and groups of four, without what cannot belong to it. */
export function cleanRecoveryCode(typed: string): string {
  const bare = typed
    .toUpperCase()
    .replaceAll(/[^A-Z2-7]/g, '')
    .slice(0, characters);
  return (bare.match(/.{1,4}/g) ?? []).join('-');
}

/** Whether it is complete. */
export function isRecoveryCode(code: string): boolean {
  return code.replaceAll('-', '').length === characters;
}
