import { enableCompileCache } from 'node:module';

// The entry of `npm run simulate`. What was compiled at the last run is taken from the system's temporary folder: hence
// nothing is imported before.
enableCompileCache();
await import('./command.ts');
