import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['GOODPART_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: process.env['GOODPART_WEB_OUT'] ?? '../src/goodpart/web/static',
    emptyOutDir: true,
    // The content security policy allows no data: addresses for fonts and styles.
    assetsInlineLimit: 0,
    sourcemap: false,
    // What the licences of the bundled packages ask for.
    license: { fileName: 'licences.md' },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // By itself the bundler makes a file of whatever two pages share: dozens of some hundred bytes each, with
          // as much again in headers, and a request for every one of them before a page stands.
          groups: [
            { name: 'libraries', test: 'node_modules', tags: ['$initial'] },
            { name: 'shared', minShareCount: 3 },
          ],
        },
      },
    },
    // ECharts is the one big chunk; it is loaded by the page that draws a chart.
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
});
