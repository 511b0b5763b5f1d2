import type { EpochStart } from './record.ts';

export interface SegmentHeader {
  firstLsn: number;
  /** Every epoch that began before this segment, oldest first. */
  epochs: readonly EpochStart[];
  /** Length of the header: the first record begins here. */
  bytes: number;
}

export type HeaderProblem =
  /** More bytes are needed. */
  { kind: 'incomplete' } | { kind: 'damaged' | 'unknown-version'; offset: number; detail: string };

/** The header that a segment's bytes begin with. */
export function parseSegmentHeader(_bytes: Uint8Array): SegmentHeader | HeaderProblem {
  throw new Error('not yet');
}
