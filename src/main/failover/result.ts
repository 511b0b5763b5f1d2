import type { SwitchoverData, Takeover } from '#shared/domain';
import type { InstanceLedger } from './ledger.ts';

/** What an instance was heard to have acknowledged as primary in the given life of its process; null: nothing. */
export function acknowledgedBy({ served }: InstanceLedger, incarnation: string | null): number | null {
  return served !== null && served.incarnation === incarnation ? served.lsn : null;
}

/**
 * A takeover in figures. What the old primary was heard to have acknowledged may be less than it had: where its redo was
 * not read to its end the bound alone is certain, and a missing count is never made up. Pure.
 */
export function switchoverData(takeover: Takeover, heardAcknowledged: number | null): SwitchoverData {
  const { acknowledgedLsn, presentLsn: present, complete, lossBound, duplicated } = takeover;
  const known = [acknowledgedLsn, heardAcknowledged].filter((lsn) => lsn !== null);
  const acknowledged = known.length > 0 ? Math.max(...known) : null;
  const saysNothingLost = complete || lossBound === 0;
  return {
    acknowledged,
    present,
    // Its word is held against what was heard: an acknowledgement beyond what is there is a loss, whatever it says.
    lost: saysNothingLost ? Math.max(0, (acknowledged ?? 0) - present) : null,
    lossBound: complete ? 0 : lossBound,
    duplicated,
  };
}
