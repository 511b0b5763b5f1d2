import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        // One entry a process: the Electron app, the served shell, the drill, the reference node, the practice reaper.
        input: { index: at('src/main/index.ts'), web: at('src/main/web.ts'), mtnode: at('src/mtnode/main.ts') },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload cannot load ES modules and may require only Electron's own few modules.
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
    build: { outDir: at('out/renderer'), rolldownOptions: { input: { index: at('src/renderer/index.html') } } },
  },
});
