/**
 * How often a running instance looks after what nothing else tells it of. What a standby knows of a primary that has
 * acknowledged its hello is as old as that.
 */
export const UPKEEP_MS = 1_000;
