import { enableCompileCache } from 'node:module';

// The entry of the process. A node that was killed must be back soon: with what was compiled at the last start kept in
// the system's temporary folder, the next one takes a third of the time. Hence nothing is imported before.
enableCompileCache();
await import('./run.ts');
