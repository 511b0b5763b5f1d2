// Where a worker thread's file is: beside its caller in the sources, an entry of its own in a build. The entries are
// listed in electron.vite.config.ts.
export { workerFile } from './worker-file.ts';
