import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    // the Content-Security-Policy lets no data: address through
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
