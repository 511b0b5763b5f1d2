// Calls to mt nodes: connectors behind one port (t2 over TCP first), reply classes, one reused connection an instance.
// What the network does is an outcome; only practice environments are sent the practice-only numbers.
export { PracticeFunctionError } from './errors.ts';
export * from './port.ts';
export { createPracticeSession, type PracticeSession, type PracticeSessionOptions } from './practice-session.ts';
export { systemInfoOf } from './replies.ts';
export type { Stream, StreamListener, StreamPort } from './socket.ts';
export { createT2Connector, type T2ConnectorOptions } from './t2-connector.ts';
