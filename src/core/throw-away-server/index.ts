// A server's process that lives as long as the process that started it, and leaves no file behind even when that is killed.
// The throw-away ZooKeeper and PostgreSQL are such servers.
export { ServerProcess, type ServerProcessOptions } from './process.ts';
