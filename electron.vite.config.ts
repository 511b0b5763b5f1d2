import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string) => resolve(import.meta.dirname, path);

// Source maps stand beside the bundles in a checkout, where stacks are read; packages leave them out.
const sourcemap = true;

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap,
      // What package.json lists under "dependencies" stays outside the bundles (electron-vite's default), so that
      // electron-builder packs each once. Everything of ours, `#x/y` imports too, is in them.
      rolldownOptions: {
        // One entry a process: the Electron app, the served shell, the reference node, the practice reaper. And one a
        // worker thread, found by its name (src/core/worker-file).
        input: {
          index: at('src/main/index.ts'),
          web: at('src/main/web.ts'),
          mtnode: at('src/mtnode/main.ts'),
          reaper: at('src/main/practice/reaper.ts'),
          'mount-worker': at('src/mtnode/sync/mount-worker.ts'),
          'sqlite-worker': at('src/core/local-database/sqlite-worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap,
      // A sandboxed preload cannot load ES modules and may require only Electron's own few modules: one file, all in it.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      sourcemap,
      minify: true,
      // The content security policy allows no inline code and no data: scripts, styles or fonts.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('src/renderer/index.html') } },
    },
  },
});
