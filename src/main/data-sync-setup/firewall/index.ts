// Openings in the words of the firewall that a server has. Windows has none here: the servers of a pair run Linux.
export { firewallItems } from './items.ts';
