import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Builds the web app into hosting/dist: hashed assets, no inline script, so that the content security policy can be strict. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [react(), securityTxt()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A file inlined as a data: URL would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
});

/** `/.well-known/security.txt` (RFC 9116): whom to write to about a weakness. `VALV_SECURITY_CONTACT` is a mailto: or https: address. */
function securityTxt(): Plugin {
  const contact = process.env['VALV_SECURITY_CONTACT'] ?? 'mailto:security@valv.example';
  const expires = new Date(Date.now() + 365 * 86_400_000).toISOString();
  const source = `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: sv, en\n`;
  return {
    name: 'security-txt',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '.well-known/security.txt', source });
    },
  };
}
