// The writer of executed writes to the local database (F7, F16): exactly once across switchovers, fenced by epoch.
export type { BaseDataCopy, OrderBatch, OrderSource, TodbWriterPorts } from './ports.ts';
export { todbFileUnreadable, todbOff } from './status.ts';
export { type BaseData, TodbWriter, type TodbWriterSetting } from './writer.ts';
