// The configuration: environments kept in one JSON file of mode 0600, read through its schema, replaced atomically.
// A file that cannot be understood is never overwritten and never taken for empty: it is shown, and saving is refused.

export { ConfigFileMissingError, MAX_CONFIG_LEVELS, parseConfig } from './file.ts';
export { configPath, statePath } from './location.ts';
export { fieldProblems } from './problems.ts';
export { siteProblems } from './site.ts';
export { type EnvironmentStore, openEnvironmentStore, type SaveRequest } from './store.ts';
