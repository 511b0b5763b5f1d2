// Where a check runs: this machine, or a host over SSH. Commands are argument arrays with a time-out and a cap on their
// output; one connection a host; a host key that is not the known one stops everything there.
export { createLocalHost } from './local.ts';
export { createHosts, type Hosts, type HostsOptions } from './open.ts';
export * from './port.ts';
export { commandLine, shownCommand } from './quote.ts';
