import react from '@vitejs/plugin-react'
import { resolve } from 'node:path'
import mantinePreset from 'postcss-preset-mantine'
import { defineConfig } from 'vite'

/** The console: `renderer/` becomes `dist/renderer`, files with hashed names that the admin listener serves. */
export default defineConfig({
  root: resolve(import.meta.dirname, 'renderer'),
  plugins: [react()],
  // The server fills in a fresh value with every page; see `src/admin/static/page.ts`.
  html: { cspNonce: '{{nonce}}' },
  css: { postcss: { plugins: [mantinePreset()] } },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    // For the list of libraries in the packages (build/stage/third-party.ts); browsers are not told about them.
    sourcemap: 'hidden',
    target: 'es2023',
    // `data:` addresses are not in the content policy for fonts and styles.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
})
