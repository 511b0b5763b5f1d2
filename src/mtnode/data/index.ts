// An instance's data as a whole: redo, UFT, synchronisation and the local database put together for the two roles. Knows
// nothing of leadership: the node says what the instance is, and whether it may acknowledge.
export type { DataNode, DataPorts, DataSetting, TodbPort } from './environment.ts';
export { LossRefused } from './loss-refused.ts';
export { DataPlane, type OpenedData } from './plane.ts';
export type { Followed } from './standby.ts';
export type { WriteOutcome } from './term.ts';
