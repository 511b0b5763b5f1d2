// What an instance knows of epochs and its own past, and keeps through a restart: the state, its way to the storage, and
// the storage in a data directory, which one process alone may hold.
export { type FileStorage, openFileStorage, StorageError } from './file-storage.ts';
export type { NodeStorage } from './ports.ts';
export { blankState, type NodeState, nodeStateSchema } from './state.ts';
export { Memory } from './storage.ts';
