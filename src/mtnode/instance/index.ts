// What the instance is at this moment: its role and status, its start-up phases, and the sessions it knows. What becomes
// of a beat follows from that.
export { Phases } from './phases.ts';
export { beatDisposition, Self } from './self.ts';
export { type SessionKey, Sessions, sessionKey } from './sessions.ts';
