import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the web app into hosting/dist: hashed assets, no inline script, so that the content security policy can be strict. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [react()],
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
