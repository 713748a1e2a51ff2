import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    // docs/integration/client.md, "Browsers"
    target: ['chrome111', 'edge111', 'firefox115', 'safari15.4', 'ios15.4'],
    // the Content-Security-Policy lets no data: address through
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
