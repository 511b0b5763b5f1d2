// Calls to mt nodes: connectors behind one port (t2 over TCP first), reply classes, one reused connection an instance.
export * from './port.ts';
