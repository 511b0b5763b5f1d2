// The writer of executed writes to the local database (F7, F16): exactly once across switchovers, fenced by epoch.
export {};
