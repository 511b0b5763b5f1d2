// The pair around an instance: the route, the registrations of the others and its own in ZooKeeper, the datagrams between
// the two, and when the other one was heard last.
export { PeerLink } from './peer-link.ts';
export { PeerSight } from './peer-sight.ts';
export { type Peer, Peers } from './peers.ts';
export { OwnRegistration } from './registration.ts';
export { type ChangeResult, Routes, type RouteValue } from './routes.ts';
