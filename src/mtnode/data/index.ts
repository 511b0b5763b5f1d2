// An instance's data as one thing: log, UFT, synchronisation and Todb put together for the node's roles.
export {};
