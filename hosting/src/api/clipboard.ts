/** The clipboard, which browsers may refuse. */

/** Copies a text; answers whether the browser let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Not there on a page without TLS, whatever the types say.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
