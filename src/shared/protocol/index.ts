// Requests and replies between clients, consoles and mt nodes, as t2 frames (TCP) and f2 datagrams (UDP) carry them.
// The framing is the practice node's and that of sites with an adapter before their nodes (DOMAIN "t2", "f2").
export * from './messages.ts';
