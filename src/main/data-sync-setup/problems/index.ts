// What is wrong with a pair's data synchronisation before anything is written: each at its field, with a remedy.

export { type CheckedDataSync, checkDataSync } from './check.ts';
export { neededMappings, withWholeTable } from './mappings.ts';
export { followsFromOthers } from './options.ts';
