// UFT: the in-memory store of orders and sessions that redo records make, and its digest.
export {};
